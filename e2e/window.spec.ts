import { briefServer } from './support/servers';
import { expect, test } from './support/test';

test.describe('when a window ends', () => {
  test.use({ baseURL: briefServer.url });

  test('requests are allowed again, in a column of their own', async ({ traffic }) => {
    await traffic.burst(4_000);
    await traffic.expectTotals(8, 5, 3);
    await expect(traffic.gauge(0), 'the count starts again without a click').toBeVisible();
    await expect(traffic.hollowPlaces).toHaveCount(5);

    await traffic.waitForRoom(1_500);
    await traffic.sendButton.click();
    await expect(traffic.blocks).toHaveCount(9);
    await expect(traffic.blocks.nth(8)).toHaveAttribute('data-state', 'allowed');
    await expect(traffic.windows).toHaveCount(2);

    const [first, second] = [traffic.windows.first(), traffic.windows.last()];
    await expect(first.getByTestId('block')).toHaveCount(8);
    await expect(second.getByTestId('block')).toHaveCount(1);
    await expect(second).toHaveCSS('border-left-style', 'solid');
    const [left, right] = [await first.boundingBox(), await second.boundingBox()];
    expect((left?.x ?? 0) + (left?.width ?? 0)).toBeLessThanOrEqual(right?.x ?? 0);
    const times = await traffic.windows
      .locator('time')
      .evaluateAll((all) =>
        all.map((time) => Date.parse(time.getAttribute('datetime') ?? '') / 1_000),
      );
    for (const time of times) expect(time % briefServer.windowSeconds).toBe(0);
  });
});

test('the countdown follows the server’s clock, not the browser’s', async ({ page, traffic }) => {
  await page.clock.install({ time: new Date('2001-02-03T04:05:06Z') });
  await traffic.open();
  const countdown = page.getByTestId('countdown');
  const error = async () => {
    const { reset_in_ms } = await traffic.status();
    const shown = Number.parseFloat((await countdown.textContent())?.match(/[\d.]+/)?.[0] ?? 'NaN');
    return Math.abs(shown - (reset_in_ms ?? Number.NaN) / 1_000);
  };
  // A window may end between the two readings.
  await expect.poll(error).toBeLessThan(0.5);
});
