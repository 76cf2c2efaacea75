import { expect, hourlyPolicy, test } from './support/control-test';

test('a tier brings other limits, and is kept while something refers to it', async ({
  page,
  operator,
  name,
  admin,
}) => {
  await page.goto('/tiers');
  await page.getByRole('button', { name: 'New tier' }).click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Description').fill('Paying customers');
  await page.getByRole('button', { name: 'Create tier' }).click();
  await expect(page.getByRole('row', { name: new RegExp(name) })).toContainText('0 clients');

  await admin.put('policies', hourlyPolicy(name));
  await admin.put('clients', { name, tier: name });
  await operator.openPolicy(name);
  await page.getByRole('button', { name: 'Add limits for a tier' }).click();
  await page.getByLabel('Tier', { exact: true }).first().selectOption(name);
  const own = page.getByRole('group', { name: `Limits of tier ${name}` });
  await own.getByLabel('Requests', { exact: true }).fill('5');
  await operator.saveAll();

  await operator.openClient(name);
  await page.getByRole('button', { name: 'Issue a key' }).click();
  await page.getByRole('button', { name: 'Issue key' }).click();
  const headers = { 'X-API-Key': await operator.takeKey() };
  expect(await operator.statuses(`/api/${name}/x`, 6, headers)).toEqual([
    404, 404, 404, 404, 404, 429,
  ]);

  await page.goto('/tiers');
  const row = page.getByRole('row', { name: new RegExp(name) });
  await expect(row).toContainText('1 client');
  await expect(row).toContainText('5 per h, fixed window');
  await row.getByRole('button', { name: `Delete ${name}` }).click();
  await expect(operator.question).toContainText(`policy ${name}`);
  await expect(operator.question).toContainText(`client ${name}`);
  await operator.question.getByRole('button', { name: 'Cancel' }).click();
  await expect(row.getByRole('button', { name: `Delete ${name}` })).toBeFocused();
});
