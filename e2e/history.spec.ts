import { hourlyPolicy } from './support/control-test';
import { expect, test } from './support/own-server-test';

test('tells what changed and rolls back to what was', async ({ page, operator, name, admin }) => {
  const policy = hourlyPolicy(name);
  await admin.put('policies', policy);
  await operator.openPolicy(name);
  await page.getByLabel('Requests', { exact: true }).fill('4');
  await page.getByLabel('Why, for the history').fill('Twice as many');
  await operator.saveAll();

  await page.goto('/history');
  const items = page.locator('main ol > li');
  const newest = items.first();
  const before = items.nth(1);
  await expect(newest).toContainText('Ada Lovelace');
  await expect(newest).toContainText('Twice as many');
  await expect(newest).toContainText(`policy ${name}: limits[0].quota 2 → 4`);
  await expect(newest.getByRole('button', { name: /^Roll back/ })).toHaveCount(0);
  await newest.locator('summary').click();
  await expect(newest.getByRole('definition').first()).toContainText('4');

  await before.getByRole('button', { name: /^Roll back/ }).click();
  await expect(operator.question).toContainText('limits[0].quota');
  await operator.question.getByRole('button', { name: 'Roll back' }).click();
  await expect(newest).toContainText(`policy ${name}: limits[0].quota 4 → 2`);
  expect(await operator.statuses(`/api/${name}/x`, 3)).toEqual([404, 404, 429]);
});

test('older versions come by the page', async ({ page, operator, name, admin }) => {
  for (let version = 0; version < 30; version += 1) {
    await admin.put('tiers', { name, description: `Version ${version}` });
  }
  await page.goto('/history');
  const items = page.locator('main ol > li');
  await expect(items).toHaveCount(25);
  await page.getByRole('button', { name: 'Older' }).click();
  await expect(items.last()).toContainText('Version 1');
  await expect(page.getByRole('button', { name: 'Older' })).toHaveCount(0);
  await expect(operator.token).toHaveCount(0);
});
