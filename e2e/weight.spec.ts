import type { Page } from '@playwright/test';
import { expect, test } from './support/test';

/** Nine tenths of it are React and Next. */
const MOST_SCRIPT_BYTES = 150_000;

test('the first load is light, and the chart comes after it', async ({ page }, info) => {
  const sizes = scriptSizes(page);
  const html = (await (await page.goto('/'))?.text()) ?? '';
  await expect(page.locator('.recharts-surface').first()).toBeAttached();
  const loaded = await sizes();
  const first = loaded.filter(({ path }) => html.includes(`src="${path}"`));
  const [firstBytes, allBytes] = [first, loaded].map((scripts) =>
    scripts.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  info.annotations.push({ type: 'script bytes of the first load', description: `${firstBytes}` });
  info.annotations.push({ type: 'with what comes later', description: `${allBytes}` });
  expect(first.length).toBeGreaterThan(3);
  expect(firstBytes).toBeLessThan(MOST_SCRIPT_BYTES);
  expect(loaded.length).toBeGreaterThan(first.length);
});

/** Notes the bytes that each script takes on the wire. */
function scriptSizes(page: Page) {
  const measured: Promise<{ path: string; bytes: number }>[] = [];
  page.on('requestfinished', (request) => {
    if (request.resourceType() !== 'script') return;
    const { pathname } = new URL(request.url());
    measured.push(
      request.sizes().then(({ responseBodySize }) => ({ path: pathname, bytes: responseBodySize })),
    );
  });
  return () => Promise.all(measured);
}
