import { expectNoViolations } from './support/axe';
import { expect, hourlyPolicy, test } from './support/control-test';

test('Ctrl-K leads to a page by a few letters of its name', async ({ page }) => {
  await page.goto('/');
  // Its scripts have come by then.
  await expect(page.locator('.recharts-surface').first()).toBeAttached();
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Jump to' });
  await expect(field).toBeFocused();
  await page.keyboard.type('repl');
  await expect(page.getByRole('option', { selected: true })).toHaveText(/^Replicas/);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/replicas$/);
  await expect(field).toHaveCount(0);
});

test('policies are found by name, and arrows choose', async ({
  page,
  operator: _,
  name,
  admin,
}) => {
  await admin.put('policies', hourlyPolicy(name));
  await admin.put('clients', { name });
  await page.goto('/tiers');
  await page.getByRole('button', { name: 'Jump to…' }).click();
  await page.getByRole('combobox', { name: 'Jump to' }).fill(name);
  await expect(page.getByRole('option')).toHaveCount(3);
  await expect(page.getByRole('option', { selected: true })).toHaveText(`${name}policy`);
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('option', { selected: true })).toHaveText(`${name}client`);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await expect(page.getByRole('option', { selected: true })).toHaveText(
    `Requests of “${name}”search`,
  );
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`/requests?search=${name}`);
});

test('the same keys close it, Escape too, and the focus goes back', async ({ page }) => {
  await page.goto('/');
  const opener = page.getByRole('button', { name: 'Jump to…' });
  await opener.click();
  const palette = page.getByRole('dialog', { name: 'Jump to' });
  await expect(palette).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(palette).toHaveCount(0);
  await expect(opener).toBeFocused();
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Escape');
  await expect(palette).toHaveCount(0);
});

test('a form with unsaved changes asks before it is left', async ({
  page,
  operator,
  name,
  admin,
}) => {
  await admin.put('clients', { name });
  await operator.openClient(name);
  await page.getByLabel('Description').fill('Not saved yet');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Jump to' }).fill('tiers');
  await page.keyboard.press('Enter');
  await expect(operator.question).toContainText('Leave without saving?');
  await operator.question.getByRole('button', { name: 'Leave' }).click();
  await expect(page.getByRole('heading', { name: 'Tiers', level: 1 })).toBeVisible();
});

test('axe finds nothing on it', { tag: '@every-look' }, async ({ page, operator: _ }) => {
  await page.goto('/tiers');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('option', { name: /Overview/ })).toBeVisible();
  await expectNoViolations(page);
});

test('a phone’s menu opens it', { tag: '@phone' }, async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: /^Menu:/ }).tap();
  await page.getByRole('button', { name: 'Jump to…' }).tap();
  await page.getByRole('option', { name: /Overview/ }).tap();
  await expect(page).toHaveURL(/\/overview$/);
});
