import { expectNoViolations } from './support/axe';
import { expect, hourlyPolicy, test } from './support/control-test';

test.describe('axe finds nothing, and nothing scrolls sideways', { tag: '@every-look' }, () => {
  test.afterEach(async ({ page }) => {
    await expectNoViolations(page);
    const sideways = await page.evaluate(() => {
      scrollTo(10_000, scrollY);
      return scrollX;
    });
    expect(sideways).toBe(0);
  });

  test('on the sign-in form', async ({ page }) => {
    await page.goto('/policies');
    await expect(page.getByLabel('Admin token')).toBeVisible();
  });

  test('on Policies', async ({ page, operator }) => {
    await page.goto('/policies');
    await expect(page.getByRole('link', { name: 'stock-price' })).toBeVisible();
    await expect(operator.token).toHaveCount(0);
  });

  test('on a policy with faults', async ({ page, operator, name, admin }) => {
    await admin.put('tiers', { name });
    await admin.put('policies', {
      ...hourlyPolicy(name),
      mode: 'shadow',
      overrides: [{ tier: name, limits: [] }],
    });
    await operator.openPolicy(name);
    await page.getByLabel('Paths').fill('no-slash');
    await expect(page.getByLabel('Paths')).toHaveAttribute('aria-invalid', 'true');
  });

  test('on a policy with limits for a tier, as narrow as it gets', async ({
    page,
    operator,
    name,
    admin,
  }) => {
    await page.setViewportSize({ width: 320, height: 844 });
    await admin.put('tiers', { name });
    const policy = hourlyPolicy(name);
    await admin.put('policies', { ...policy, overrides: [{ tier: name, limits: policy.limits }] });
    await operator.openPolicy(name);
    const overrides = page.getByRole('region', { name: 'Tiers' });
    await expect(overrides.getByLabel('Tier', { exact: true })).toHaveValue(name);
    await expect(page.getByText('No changes.')).toBeVisible();
  });

  test('on a policy as JSON', async ({ page, operator, name, admin }) => {
    await admin.put('policies', hourlyPolicy(name));
    await operator.openPolicy(name);
    await page.getByText('JSON', { exact: true }).click();
    await expect(page.getByLabel('Policy as JSON')).toBeVisible();
  });

  test('on the question before enforcing', async ({ page, operator, name, admin }) => {
    await admin.put('policies', { ...hourlyPolicy(name), mode: 'shadow' });
    await operator.openPolicy(name);
    await page.getByRole('button', { name: 'Enforce…' }).click();
    await expect(operator.question).toBeVisible();
  });

  test('on a client with a new key', async ({ page, operator, name, admin }) => {
    await admin.put('clients', { name });
    await operator.openClient(name);
    await page.getByRole('button', { name: 'Issue a key' }).click();
    await page.getByRole('button', { name: 'Issue key' }).click();
    await expect(page.getByTestId('secret').first()).toBeVisible();
    await expectNoViolations(page);
    await operator.takeKey();
    await expect(page.getByRole('row', { name: /active/ })).toBeVisible();
  });

  test('on Clients and Tiers', async ({ page, operator, name, admin }) => {
    await admin.put('tiers', { name });
    await admin.put('clients', { name, tier: name });
    await page.goto('/clients');
    await expect(page.getByRole('link', { name })).toBeVisible();
    await expectNoViolations(page);
    await page.goto('/tiers');
    await page.getByRole('button', { name: `Edit ${name}` }).click();
    await expect(operator.dialog.getByLabel('Description')).toBeVisible();
  });

  test('on History', async ({ page, operator, name, admin }) => {
    await admin.put('policies', hourlyPolicy(name));
    await admin.put('policies', { ...hourlyPolicy(name), priority: 3 });
    await page.goto('/history');
    await page.locator('summary').first().click();
    await expect(page.getByRole('button', { name: /^Roll back/ }).first()).toBeVisible();
    await expectNoViolations(page);
    await page
      .getByRole('button', { name: /^Roll back/ })
      .first()
      .click();
    await expect(operator.question).toBeVisible();
  });
});
