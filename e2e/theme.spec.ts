import { expect, test } from './support/test';

test('a chosen theme is in the first HTML after a reload', async ({ page, traffic }) => {
  const html = page.locator('html');
  await expect(traffic.sendButton).toBeVisible();
  await expect(html).not.toHaveAttribute('data-theme');
  await expect(html).toHaveCSS('color-scheme', 'light dark');

  await page.getByRole('button', { name: 'Switch between light and dark' }).click();
  await expect(html).toHaveAttribute('data-theme', 'light');
  const light = await page.locator('body').evaluate((body) => getComputedStyle(body).background);

  const response = await page.reload();
  expect(await response?.text()).toMatch(/<html[^>]* data-theme="light"/);
  await expect(html).toHaveCSS('color-scheme', 'light');
  expect(await page.locator('body').evaluate((body) => getComputedStyle(body).background)).toBe(
    light,
  );
});

test.describe('under prefers-reduced-motion', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  test('nothing tweens', async ({ page, traffic }) => {
    await traffic.burst();
    await traffic.blocks.first().click();
    await expect(traffic.dialog).toBeVisible();
    const tweens = await page.evaluate(() => ({
      running: document.getAnimations().length,
      styled: [...document.querySelectorAll('*')].filter((element) => {
        const { transitionDuration, animationName } = getComputedStyle(element);
        return transitionDuration !== '0s' || animationName !== 'none';
      }).length,
    }));
    expect(tweens).toEqual({ running: 0, styled: 0 });
  });
});
