import { ADMIN_TOKEN } from '../tests/support/floodgate';
import { expect, test } from './support/control-test';

test('a page asks for the token and then shows itself', async ({ page }) => {
  await page.goto('/tiers');
  await expect(page.getByLabel('Admin token')).toBeFocused();
  await page.getByLabel('Admin token').fill(ADMIN_TOKEN);
  await page.getByLabel('Your name').fill('Grace Hopper');
  await page.getByLabel('Your name').press('Enter');
  await expect(page.getByRole('heading', { name: 'Tiers', level: 1 })).toBeVisible();
  expect(new URL(page.url()).pathname).toBe('/tiers');
  await expect(page.getByRole('button', { name: 'Signed in as Grace Hopper' })).toBeVisible();
});

test.describe('wrong tokens', () => {
  test.use({ expectedComplaints: [/^Failed to load resource: .* status of 401/] });

  test('are refused, with the focus back in the field, and then slowed down', async ({ page }) => {
    await page.goto('/policies');
    const token = page.getByLabel('Admin token');
    const signIn = page.getByRole('button', { name: 'Sign in' });
    await token.fill('no-token-at-all-1234');
    await signIn.click();
    await expect(page.getByText('This is not the admin token.')).toBeVisible();
    await expect(token).toBeFocused();
    await expect(token).toHaveAttribute('aria-invalid', 'true');
    await expect(token).toHaveAccessibleDescription(/This is not the admin token\.$/);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const answer = page.waitForResponse('**/admin/session');
      await signIn.click();
      await answer;
      await expect(signIn).toBeEnabled();
    }
    await expect(page.getByText(/Too many attempts. Try again in \d+ s./)).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Policies' })).toHaveCount(0);
  });
});

test('signing out brings back the form and ends the session', async ({ page, operator }) => {
  await page.goto('/history');
  await page.getByRole('button', { name: 'Signed in as Ada Lovelace' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(operator.token).toBeVisible();
  await page.reload();
  await expect(operator.token).toBeVisible();
  expect((await page.request.get('/api/v1/admin/policies')).status()).toBe(401);
});

test.describe('a session that ends while somebody types', () => {
  test.use({ expectedComplaints: [/^Failed to load resource: .* status of 401/] });

  test('is asked for again, and nothing typed is lost', async ({ page, operator, name, admin }) => {
    await admin.put('clients', { name });
    await operator.openClient(name);
    await page.context().clearCookies({ name: 'floodgate_session' });
    // What is typed is checked by the server a moment later, which tells that the session has ended.
    await page.getByLabel('Description').fill('Typed before it ended');
    await expect(operator.dialog).toContainText('Your session has ended');
    await operator.token.fill(ADMIN_TOKEN);
    await operator.dialog.getByRole('button', { name: 'Sign in' }).click();
    await expect(operator.dialog).toHaveCount(0);
    await expect(page.getByLabel('Description')).toHaveValue('Typed before it ended');
    await operator.saveAll();
  });
});

test('the menu of a phone leads everywhere', { tag: '@phone' }, async ({ page, operator }) => {
  await page.goto('/policies');
  for (const [link, heading] of [
    ['Requests', 'Requests'],
    ['Clients', 'Clients'],
    ['Tiers', 'Tiers'],
    ['Replicas', 'Replicas'],
    ['History', 'History'],
  ] as const) {
    await page.getByRole('button', { name: /^Menu:/ }).tap();
    await page.getByRole('link', { name: link }).tap();
    await expect(page.getByRole('heading', { name: heading, level: 1 })).toBeVisible();
  }
  await expect(operator.token).toHaveCount(0);
});
