import { expect, type Locator, type Page } from '@playwright/test';
import { z } from 'zod';

/** Room that a burst needs in its window, ms; far more than it takes. */
const ROOM_MS = 4_000;

const statusSchema = z.object({
  identifier: z.string(),
  key: z.string(),
  used: z.int().nullable(),
  reset_in_ms: z.int().nullable(),
});

type Figure = 'Sent' | 'Allowed' | 'Denied' | 'Success rate' | 'Latency p50' | 'Latency p95';

/** The traffic page as a person sees it. */
export class TrafficPage {
  readonly sendButton: Locator;
  readonly burstButton: Locator;
  readonly burstSize: Locator;
  readonly sendingOrder: Locator;
  readonly clearButton: Locator;
  readonly blocks: Locator;
  readonly hollowPlaces: Locator;
  readonly windows: Locator;
  readonly otherTicker: Locator;
  readonly strip: Locator;
  readonly dialog: Locator;

  constructor(readonly page: Page) {
    this.sendButton = page.getByRole('button', { name: 'Send request' });
    this.burstButton = page.getByRole('button', { name: /^Burst attack/ });
    this.burstSize = page.getByRole('textbox', { name: 'Burst size' });
    this.sendingOrder = page.getByRole('combobox', { name: 'Order of sending' });
    this.clearButton = page.getByRole('button', { name: 'Clear (C)' });
    this.blocks = page.getByTestId('block');
    this.hollowPlaces = page.getByTestId('hollow');
    this.windows = page
      .getByRole('region', { name: 'Requests' })
      .locator('section', { has: this.blocks });
    this.otherTicker = page.getByRole('textbox', { name: 'Other ticker' });
    this.strip = page
      .getByRole('status')
      .filter({ hasText: /Limits are enforced|has not answered|unreachable/ });
    this.dialog = page.getByRole('dialog');
  }

  /** Opens the page and waits until it is alive: the clock runs only by script. */
  async open(): Promise<void> {
    await this.page.goto('/');
    await expect(this.hollowPlaces.first()).toBeVisible();
    const countdown = this.page.getByTestId('countdown');
    const before = await countdown.textContent();
    await expect(countdown).not.toHaveText(before ?? '');
  }

  /** Waits for a window that a burst started now can't outlast. */
  async waitForRoom(roomMs = ROOM_MS): Promise<void> {
    await expect
      .poll(async () => (await this.status()).reset_in_ms ?? Number.POSITIVE_INFINITY, {
        intervals: [100],
        timeout: 15_000,
      })
      .toBeGreaterThan(roomMs);
  }

  /** This test's client, as the server counts it. */
  async status() {
    const response = await this.page.request.get('/api/v1/rate-status');
    return statusSchema.parse(await response.json());
  }

  /** Sends a burst with as much room as it needs and waits for its answers. */
  async burst(roomMs?: number): Promise<void> {
    await this.waitForRoom(roomMs);
    await this.burstButton.click();
    await this.expectSettled();
  }

  gauge(used: number, limit = 5): Locator {
    return this.page.getByRole('img', { name: `${used} of ${limit} used` });
  }

  figure(name: Figure): Locator {
    return this.page
      .getByRole('region', { name: 'Totals' })
      .locator('div', { has: this.page.locator('dt', { hasText: name }) })
      .locator('dd');
  }

  announcement(text: string | RegExp): Locator {
    return this.page.getByRole('status').filter({ hasText: text });
  }

  /** The states of all blocks, in order. */
  async expectStates(states: readonly string[]): Promise<void> {
    await expect
      .poll(() => this.blocks.evaluateAll((all) => all.map((block) => block.dataset.state)))
      .toEqual(states);
  }

  /** At least one request was sent and all have their answers. @param withinMs for a long burst */
  async expectSettled(withinMs = 30_000): Promise<void> {
    await expect(this.blocks.first()).toBeVisible();
    await expect(this.page.locator('[data-testid=block][data-state=pending]')).toHaveCount(0, {
      timeout: withinMs,
    });
  }

  async expectTotals(sent: number, allowed: number, denied: number): Promise<void> {
    await expect(this.figure('Sent')).toHaveText(String(sent));
    await expect(this.figure('Allowed')).toHaveText(String(allowed));
    await expect(this.figure('Denied')).toHaveText(String(denied));
  }
}
