import { newClientAddress } from './support/client-address';
import { expect, hourlyPolicy, test } from './support/control-test';
import { Operator } from './support/operator';
import { controlServer } from './support/servers';

test('a policy made in the form limits real requests', async ({ page, operator, name }) => {
  await page.goto('/policies');
  await page.getByRole('link', { name: 'New policy' }).click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Paths').fill(`/api/${name}/*`);
  await page.getByLabel('Requests', { exact: true }).fill('2');
  await page.getByLabel('Window').fill('3600');
  await page.getByRole('radio', { name: /^enforce/ }).check();
  await expect(page.getByText(`"${name}";q=2;w=3600`)).toBeVisible();
  await page.getByLabel('Why, for the history').fill('A first limit');
  await page.getByRole('button', { name: 'Create policy' }).click();
  await page.waitForURL(`/policies/${name}`);
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
  expect(await operator.statuses(`/api/${name}/x`, 3)).toEqual([404, 404, 429]);

  await page.goto('/policies');
  await expect(page.getByRole('row', { name: 'stock-price' })).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type(name);
  const row = page.getByRole('row', { name: new RegExp(name) });
  await expect(row).toContainText('2 per h, fixed window');
  await expect(row).toContainText('2 allowed');
  await expect(row).toContainText('1 denied');
  await expect(page.getByRole('row')).toHaveCount(2);
});

test.describe('what is wrong', () => {
  test.use({ expectedComplaints: [/^Failed to load resource: .* status of 400/] });

  test('is said at its field while typing, and holds up saving', async ({
    page,
    operator,
    name,
    admin,
  }) => {
    await admin.put('policies', hourlyPolicy(name));
    await operator.openPolicy(name);
    const paths = page.getByLabel('Paths');
    await paths.fill(`/api/${name}/*\nno-slash`);
    await expect(paths).toHaveAttribute('aria-invalid', 'true');
    await expect(paths).toHaveAccessibleDescription('Line 2: start with /');
    const quota = page.getByLabel('Requests', { exact: true });
    await quota.fill('');
    await expect(quota).toHaveAccessibleDescription('Enter a number.');
    await expect(page.getByText('2 things to mend before it can be saved.')).toBeVisible();

    await operator.save.click();
    await expect(page.getByText('It was not saved.')).toBeVisible();
    await expect(paths).toBeFocused();

    await paths.fill(`/api/${name}/*`);
    await quota.fill('7');
    await expect(paths).toHaveAttribute('aria-invalid', 'false');
    await operator.saveAll();
    await page.reload();
    await expect(quota).toHaveValue('7');
  });
});

test('a policy goes from shadow to enforce after saying what it would have refused', async ({
  page,
  operator,
  name,
  admin,
}) => {
  await admin.put('policies', { ...hourlyPolicy(name), mode: 'shadow' });
  expect(await operator.statuses(`/api/${name}/x`, 4)).toEqual([404, 404, 404, 404]);
  await operator.openPolicy(name);
  await page.getByRole('button', { name: 'Enforce…' }).click();
  await expect(operator.question).toContainText('would have refused 2 of 4');
  await operator.question.getByRole('button', { name: 'Enforce' }).click();
  await expect(page.getByRole('button', { name: 'Enforce…' })).toHaveCount(0);
  await expect(page.getByRole('radio', { name: /^enforce/ })).toBeChecked();
  await expect.poll(() => operator.statuses(`/api/${name}/x`, 1)).toEqual([429]);
});

test('the tester tells of callers it was given', async ({ page, operator, name, admin }) => {
  await admin.put('policies', hourlyPolicy(name));
  await operator.openPolicy(name);
  const tester = page.getByRole('region', { name: 'Who would match?' });
  await expect(tester).toContainText('Counted as IP address 192.0.2.1');
  await expect(tester.getByRole('listitem').filter({ hasText: name })).toContainText('allows it');
  await tester.getByLabel('Path').fill('/elsewhere');
  await expect(tester.getByRole('listitem').filter({ hasText: name })).toHaveCount(0);
  await tester.getByLabel('Path').fill(`/api/${name}/x`);
  await tester.getByLabel('IP address').fill('203.0.113.9');
  await expect(tester).toContainText('Counted as IP address 203.0.113.9');
  await page.getByRole('group', { name: 'Denied' }).getByLabel('Addresses').fill('203.0.113.0/24');
  await expect(tester).toContainText('on a deny list');
  await expect(tester).toContainText('403');
});

test('the JSON view edits the same policy', async ({ page, operator, name, admin }) => {
  await admin.put('policies', hourlyPolicy(name));
  await operator.openPolicy(name);
  await page.getByText('JSON', { exact: true }).click();
  const json = page.getByLabel('Policy as JSON');
  const text = await json.inputValue();
  await json.fill(`${text}}`);
  await expect(json).toHaveAccessibleDescription(/^This is not JSON/);
  await expect(operator.save).toBeDisabled();
  await json.fill(text.replace('"quota": 2', '"quota": 9'));
  await page.getByText('Form', { exact: true }).click();
  await expect(page.getByLabel('Requests', { exact: true })).toHaveValue('9');
  await operator.saveAll();
});

test.describe('two editors', () => {
  test.use({ expectedComplaints: [/^Failed to load resource: .* status of 409/] });

  test('lose nothing when both save', async ({ page, operator, name, admin, browser }) => {
    await admin.put('policies', hourlyPolicy(name));
    await operator.openPolicy(name);
    const context = await browser.newContext({
      baseURL: controlServer.url,
      extraHTTPHeaders: { 'X-Forwarded-For': newClientAddress() },
    });
    const other = new Operator(await context.newPage());
    await other.signIn('Grace Hopper');
    await other.openPolicy(name);

    await other.page.getByLabel('Description').fill('By Grace');
    await other.page.getByLabel('Requests', { exact: true }).fill('50');
    await other.saveAll();
    await page.getByLabel('Requests', { exact: true }).fill('33');
    await page.getByLabel('Priority').fill('7');
    await operator.save.click();
    await expect(operator.dialog).toContainText('Grace Hopper');
    const clash = operator.dialog.getByRole('row', { name: /limits\[0\]\.quota/ });
    await expect(clash).toContainText('both changed it');
    await expect(clash.getByRole('cell')).toHaveText([/quota/, /2$/, /50$/, /33$/]);

    await operator.dialog.getByRole('button', { name: 'Back to editing' }).click();
    await expect(page.getByLabel('Priority')).toHaveValue('7');
    await operator.save.click();
    await operator.dialog.getByRole('button', { name: 'Apply mine on top' }).click();
    await expect(operator.dialog).toHaveCount(0);
    await expect(page.getByLabel('Description')).toHaveValue('By Grace');
    await expect(page.getByLabel('Requests', { exact: true })).toHaveValue('33');

    await other.page.getByLabel('Priority').fill('1');
    await other.save.click();
    await other.dialog.getByRole('button', { name: 'Keep theirs' }).click();
    await expect(other.page.getByLabel('Priority')).toHaveValue('7');
    await context.close();
  });
});

test('going back asks before unsaved changes are lost', async ({ page, operator, name, admin }) => {
  await admin.put('policies', hourlyPolicy(name));
  await page.goto('/tiers');
  await page.getByRole('link', { name: 'Policies' }).click();
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByLabel('Description').fill('Half a thought');
  await page.evaluate(() => history.back());
  await expect(operator.question).toContainText('not saved');
  await operator.question.getByRole('button', { name: 'Stay' }).click();
  await expect(page.getByLabel('Description')).toHaveValue('Half a thought');
  await page.getByLabel('Description').press('End');
  await page.evaluate(() => history.back());
  await operator.question.getByRole('button', { name: 'Leave' }).click();
  await expect(page.getByRole('heading', { name: 'Policies', level: 1 })).toBeVisible();
});

test('unsaved changes are not left by accident', async ({ page, operator, name, admin }) => {
  await admin.put('policies', hourlyPolicy(name));
  await operator.openPolicy(name);
  await page.getByLabel('Description').fill('Half a thought');
  await page.getByRole('link', { name: 'Tiers' }).click();
  await expect(operator.question).toContainText('not saved');
  await operator.question.getByRole('button', { name: 'Stay' }).click();
  await expect(page.getByLabel('Description')).toHaveValue('Half a thought');
  await page.getByRole('link', { name: 'Tiers' }).click();
  await operator.question.getByRole('button', { name: 'Leave' }).click();
  await expect(page.getByRole('heading', { name: 'Tiers', level: 1 })).toBeVisible();
});

test('a deleted policy limits nothing', async ({ page, operator, name, admin }) => {
  await admin.put('policies', hourlyPolicy(name));
  expect(await operator.statuses(`/api/${name}/x`, 3)).toEqual([404, 404, 429]);
  await operator.openPolicy(name);
  await page.getByRole('button', { name: 'Delete…' }).click();
  await operator.question.getByRole('button', { name: 'Delete policy' }).click();
  await expect(page.getByRole('heading', { name: 'Policies', level: 1 })).toBeVisible();
  await expect.poll(() => operator.statuses(`/api/${name}/x`, 1)).toEqual([404]);
});
