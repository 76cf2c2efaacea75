import { expect, test } from './support/test';

test('/docs shows the API and tries it', async ({ page }) => {
  await page.goto('/docs');
  await expect(page.getByRole('heading', { name: /^Floodgate/ })).toBeVisible();
  const ping = page.locator('.opblock', { hasText: '/ping' });
  await ping.getByRole('button').first().click();
  await ping.getByRole('button', { name: 'Try it out' }).click();
  await ping.getByRole('button', { name: 'Execute' }).click();
  await expect(ping.getByText('"pong"').first()).toBeVisible();
  await expect(page.getByText(/resolver error/i)).toHaveCount(0);
});

test('/redoc shows the API', async ({ page }) => {
  await page.goto('/redoc');
  await expect(page.getByText('/api/v1/stock-price').first()).toBeVisible();
  await expect(page.getByText('Something went wrong')).toHaveCount(0);
});

test.describe('an address that serves nothing', () => {
  test.use({ expectedComplaints: [/^Failed to load resource: .* status of 404/] });

  test('says so and leads back', async ({ page }) => {
    const response = await page.goto('/nothing-here');
    expect(response?.status()).toBe(404);
    await expect(page.getByRole('heading', { name: 'Nothing is served here' })).toBeVisible();
    await page.getByRole('link', { name: 'Go to Traffic' }).click();
    await expect(page.getByRole('heading', { name: 'stock-price' })).toBeVisible();
  });
});

test('a browser that asks for /favicon.ico by itself gets it', async ({ page }) => {
  const response = await page.request.get('/favicon.ico');
  expect(response.status()).toBe(200);
  expect(response.headers()['content-type']).toBe('image/x-icon');
});
