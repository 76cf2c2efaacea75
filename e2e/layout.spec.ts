import type { Page } from '@playwright/test';
import { type PageVitals, readVitals, watchVitals } from './support/page-vitals';
import { briefServer } from './support/servers';
import { expect, test } from './support/test';

// Recording a trace costs more than the page itself does.
test.use({ trace: 'off' });

test(
  'fifty requests at once move nothing',
  { tag: '@every-look' },
  async ({ traffic, page }, info) => {
    await expect(page.locator('.recharts-surface').first()).toBeAttached();
    await traffic.burstSize.fill('50');
    await traffic.burstSize.blur();
    // A window that ends in the middle of it has tests of its own, below.
    await traffic.waitForRoom();
    await watchVitals(page);
    await traffic.burstButton.click();
    await traffic.expectSettled();
    await expect(traffic.figure('Sent')).toHaveText('50');
    const vitals = await readVitals(page);
    info.annotations.push({ type: 'vitals of a burst', description: JSON.stringify(vitals) });
    expectStill(vitals);
  },
);

test.describe('windows that roll', () => {
  test.use({ baseURL: briefServer.url });

  test('move nothing either', async ({ page, traffic }) => {
    await traffic.burst(2_000);
    await watchVitals(page);
    await expect(traffic.hollowPlaces).toHaveCount(5);
    expect((await readVitals(page)).layoutShift).toBeLessThan(0.001);
  });

  for (const order of ['sequential', 'parallel']) {
    test(`move nothing in the middle of a burst either, ${order}`, async ({ page, traffic }) => {
      await traffic.burstSize.fill('50');
      await traffic.sendingOrder.selectOption(order);
      const columns = page.getByRole('region', { name: 'Requests' }).locator('section');
      const requests = await holdRequests(page, 3);
      await watchVitals(page);
      await traffic.burstButton.click();
      await expect(columns).toHaveCount(2);
      requests.release();
      await expect(traffic.figure('Sent')).toHaveText('50');
      await traffic.expectSettled();
      expectStill(await readVitals(page));
    });
  }
});

test('the newest window stays in sight, until somebody scrolls back', async ({ page, traffic }) => {
  const strip = page.getByRole('region', { name: 'Requests', exact: true }).locator(':scope > div');
  const beyond = () =>
    strip.evaluate(
      ({ scrollWidth, clientWidth, scrollLeft }) => scrollWidth - clientWidth - scrollLeft,
    );
  await traffic.burstSize.fill('50');
  for (let burst = 0; burst < 4; burst += 1) {
    await traffic.burstButton.click();
    await traffic.expectSettled();
  }
  await expect.poll(beyond).toBeLessThanOrEqual(1);

  await strip.hover();
  await page.mouse.wheel(-10_000, 0);
  await expect.poll(() => strip.evaluate(({ scrollLeft }) => scrollLeft)).toBe(0);
  await traffic.burstButton.click();
  await traffic.expectSettled();
  expect(await strip.evaluate(({ scrollLeft }) => scrollLeft)).toBe(0);
  await expect.poll(beyond).toBeGreaterThan(100);
});

for (const width of [390, 320]) {
  test(`nothing scrolls sideways at ${width} px`, { tag: '@phone' }, async ({ page, traffic }) => {
    await page.setViewportSize({ width, height: 844 });
    await expectNoSidewaysScroll(page);
    await traffic.burstSize.fill('50');
    const requests = await holdRequests(page);
    await traffic.burstButton.tap();
    await expect(traffic.blocks).toHaveCount(50);
    await expectNoSidewaysScroll(page);
    requests.release();
    await traffic.expectSettled();
    await traffic.otherTicker.fill('1');
    await expectNoSidewaysScroll(page);
    for (const control of await page.locator('header a, main button, select').all()) {
      if ((await control.getAttribute('data-testid')) === 'block') continue;
      const box = await control.boundingBox();
      if (box !== null) expect(box.x + box.width).toBeLessThanOrEqual(width);
    }
    await traffic.blocks.last().tap();
    await expect(traffic.dialog).toBeVisible();
    await expectNoSidewaysScroll(page);
  });
}

test('the controls stay at the thumb and cover nothing', { tag: '@phone' }, async ({
  page,
  traffic,
}) => {
  const { height = 0 } = page.viewportSize() ?? {};
  const controls = page.getByRole('region', { name: 'Send requests' });
  const bottom = async () => {
    const box = await controls.boundingBox();
    return (box?.y ?? 0) + (box?.height ?? 0);
  };
  expect(await bottom()).toBe(height);
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await expect.poll(bottom).toBe(height);
  const last = await page.locator('main > :last-child').boundingBox();
  const top = (await controls.boundingBox())?.y ?? 0;
  expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThanOrEqual(top);

  for (const control of await controls.getByRole('button').all()) {
    expect((await control.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  }
  await traffic.sendButton.tap();
  await traffic.expectSettled();
});

/** Keeps all but the first requests from the server until released, the last one first. */
async function holdRequests(page: Page, passing = 0): Promise<{ release(): void }> {
  const held: (() => void)[] = [];
  let isOpen = false;
  let seen = 0;
  await page.route('**/api/v1/stock-price*', async (route) => {
    seen += 1;
    if (seen > passing && !isOpen) await new Promise<void>((resolve) => held.push(resolve));
    await route.continue();
  });
  return {
    release() {
      isOpen = true;
      for (const go of held.reverse()) go();
    },
  };
}

function expectStill({ layoutShift, shiftAfterInput, moved }: PageVitals): void {
  expect(layoutShift + shiftAfterInput, moved.join('\n')).toBeLessThan(0.01);
}

async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const excess = await page.evaluate(() => {
    scrollTo(10_000, scrollY);
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrolled: scrollX, wide: scrollWidth - clientWidth };
  });
  expect(excess).toEqual({ scrolled: 0, wide: 0 });
}
