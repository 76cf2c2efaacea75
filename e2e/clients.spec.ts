import { expect, test } from './support/control-test';

test.describe('an API key', () => {
  test('is issued once, works, and is refused after it was revoked', async ({
    page,
    operator,
    name,
  }) => {
    await page.goto('/clients');
    await page.getByRole('button', { name: 'New client' }).click();
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByRole('button', { name: 'Create client' }).click();
    await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();

    await page.getByRole('button', { name: 'Issue a key' }).click();
    await page.getByLabel('Description').last().fill('Production');
    await page.getByRole('button', { name: 'Issue key' }).click();
    await expect(operator.dialog).toContainText('shown this once');
    await page.keyboard.press('Escape');
    await expect(operator.dialog).toBeVisible();
    const key = await operator.takeKey();
    expect(key).toMatch(/^fg_[a-z0-9]{12}_/);
    await expect(page.getByRole('button', { name: 'Issue a key' })).toBeFocused();
    await expect(page.getByText(key)).toHaveCount(0);
    const headers = { 'X-API-Key': key };
    expect(await operator.statuses('/ping', 1, headers)).toEqual([200]);

    const row = page.getByRole('row', { name: /Production/ });
    await expect(row).toContainText('active');
    await row.getByRole('button', { name: /^Revoke/ }).click();
    await operator.question.getByRole('button', { name: 'Revoke key' }).click();
    await expect(row).toContainText('revoked');
    await expect.poll(() => operator.statuses('/ping', 1, headers)).toEqual([401]);
  });

  test('is rotated to a new one while the old one still holds', async ({
    page,
    operator,
    name,
    admin,
  }) => {
    await admin.put('clients', { name });
    await operator.openClient(name);
    await page.getByRole('button', { name: 'Issue a key' }).click();
    await page.getByRole('button', { name: 'Issue key' }).click();
    const first = await operator.takeKey();
    await page.getByRole('button', { name: /^Rotate/ }).click();
    await page.getByRole('radio', { name: '1 hour' }).check();
    await page.getByRole('button', { name: 'Rotate key' }).click();
    const second = await operator.takeKey();
    expect(second).not.toBe(first);
    for (const key of [first, second]) {
      expect(await operator.statuses('/ping', 1, { 'X-API-Key': key })).toEqual([200]);
    }
    await expect(page.getByRole('row', { name: /active/ })).toHaveCount(2);
  });
});

test('a disabled client is refused', async ({ page, operator, name, admin }) => {
  await admin.put('clients', { name });
  await operator.openClient(name);
  await page.getByRole('button', { name: 'Issue a key' }).click();
  await page.getByRole('button', { name: 'Issue key' }).click();
  const headers = { 'X-API-Key': await operator.takeKey() };
  expect(await operator.statuses('/ping', 1, headers)).toEqual([200]);
  await page.getByLabel('Enabled').uncheck();
  await operator.saveAll();
  await expect.poll(() => operator.statuses('/ping', 1, headers)).toEqual([401]);
});
