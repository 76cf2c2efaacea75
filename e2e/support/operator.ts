import { expect, type Locator, type Page } from '@playwright/test';
import { ADMIN_TOKEN } from '../../tests/support/floodgate';

/** Somebody at the control plane. */
export class Operator {
  readonly token: Locator;
  readonly save: Locator;
  readonly dialog: Locator;
  readonly question: Locator;

  constructor(readonly page: Page) {
    this.token = page.getByLabel('Admin token');
    this.save = page.getByRole('button', { name: 'Save', exact: true });
    this.dialog = page.getByRole('dialog');
    this.question = page.getByRole('alertdialog');
  }

  /** Gets a session without the form. */
  async signIn(author = 'Ada Lovelace'): Promise<void> {
    const response = await this.page.request.post('/api/v1/admin/session', {
      data: { token: ADMIN_TOKEN, author },
    });
    expect(response.status()).toBe(200);
  }

  /** Opens a policy and waits until it can be edited. */
  async openPolicy(name: string): Promise<void> {
    await this.page.goto(`/policies/${name}`);
    await expect(this.page.getByRole('heading', { name, level: 1 })).toBeVisible();
    await expect(this.page.getByRole('heading', { name: 'Matching policies' })).toBeVisible();
  }

  async openClient(name: string): Promise<void> {
    await this.page.goto(`/clients/${name}`);
    await expect(this.page.getByRole('button', { name: 'Issue a key' })).toBeEnabled();
  }

  /** Saves and waits until it is kept. */
  async saveAll(): Promise<void> {
    await this.save.click();
    await expect(this.page.getByText('Saved.', { exact: true })).toBeVisible();
  }

  /** The new key that is on the screen, kept. */
  async takeKey(): Promise<string> {
    const key = await this.page.getByTestId('secret').first().textContent();
    await this.page.getByLabel('I have kept it').check();
    await this.page.getByRole('button', { name: 'Done' }).click();
    return key ?? '';
  }

  /** Statuses of as many requests, one after another. */
  async statuses(path: string, count: number, headers: Record<string, string> = {}) {
    const statuses: number[] = [];
    for (let sent = 0; sent < count; sent += 1) {
      const response = await this.page.request.get(path, { headers });
      statuses.push(response.status());
    }
    return statuses;
  }
}
