import { expect, test } from './support/test';

test('tells the commands of the request answered last, with its real key', async ({
  page,
  traffic,
}) => {
  const trace = page.getByRole('region', { name: /^What just happened/ });
  await expect(trace).toContainText('Send a request to see it counted.');
  await traffic.waitForRoom();
  await traffic.sendButton.click();
  const { key } = await traffic.status();
  await expect(trace.getByRole('listitem')).toHaveText([
    new RegExp(`^GET ${escaped(key)} → \\(nil\\)`),
    new RegExp(`^INCRBY ${escaped(key)} 1 → 1`),
    new RegExp(`^PEXPIRE ${escaped(key)} ≤\\d+ → 1`),
  ]);

  await traffic.burst();
  await expect(trace).toContainText('request 9');
  await expect(trace).toContainText(/429, Retry-After: \d+\./);
});

test('the slider moves a burst over the edge of a window, by keyboard', async ({
  page,
  traffic,
}) => {
  const slider = page.getByRole('slider', { name: 'When the burst begins' });
  const fixed = page.getByRole('img', { name: /^Fixed window:/ });
  const sliding = page.getByRole('img', { name: /^Sliding window:/ });
  await expect(traffic.hollowPlaces).toHaveCount(5);
  await expect(fixed).toHaveAccessibleName('Fixed window: 10 of 10 pass');
  await expect(sliding).toHaveAccessibleName('Sliding window: 5 of 10 pass');
  await expect(page.getByText('10 of 10 pass, 2.0× the limit')).toBeVisible();

  await slider.focus();
  await page.keyboard.press('Home');
  await expect(fixed).toHaveAccessibleName('Fixed window: 5 of 10 pass');
  await expect(slider).toHaveAttribute('aria-valuetext', '0.0 s: fixed window lets 5 pass');
  await expect(page.getByText('both let 5 pass')).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(slider).toHaveAttribute('aria-valuetext', /^0\.1 s/);
});

function escaped(text: string): string {
  return text.replace(/[{}.*+?^$()|[\]\\]/g, '\\$&');
}
