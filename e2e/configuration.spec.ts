import { readFile, writeFile } from 'node:fs/promises';
import { expectNoViolations } from './support/axe';
import { expect, test } from './support/own-server-test';

test('a broken configuration file is told of, and edits wait until it is mended', async ({
  page,
  operator,
  configFile,
}) => {
  await operator.openPolicy('ping');
  await page.getByLabel('Description').fill('Typed while it was whole');
  await expect(operator.save).toBeEnabled();
  const whole = await readFile(configFile, 'utf8');
  await writeFile(configFile, whole.replace('"quota": 5', '"quota": "five"'));
  const strip = page.getByRole('status').filter({ hasText: 'edits are off until it is mended' });
  await expect(strip).toContainText('quota', { timeout: 20_000 });
  await expect(operator.save).toBeDisabled();
  await expectNoViolations(page);

  await writeFile(configFile, whole);
  await expect(strip).toHaveCount(0, { timeout: 20_000 });
  await expect(page.getByLabel('Description')).toHaveValue('Typed while it was whole');
  await operator.saveAll();
});

test.describe('while the server does not answer', () => {
  test.use({ expectedComplaints: [/net::ERR_FAILED/] });

  test('a list says so, and comes by itself once it does', async ({ page, operator }) => {
    await page.route(/\/api\/v1\/admin|\/health/, (route) => route.abort());
    await page.goto('/clients');
    await expect(page.getByText('Floodgate does not answer.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
    await expect(page.getByText(/^Floodgate has not answered since/)).toBeVisible();
    await expectNoViolations(page);
    await page.unroute(/\/api\/v1\/admin|\/health/);
    await expect(page.getByText('No clients yet')).toBeVisible();
    await expect(operator.token).toHaveCount(0);
  });
});
