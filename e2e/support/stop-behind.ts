import type { Page } from '@playwright/test';
import type { Floodgate } from '../../tests/support/floodgate';

/** Stops the server of a page that has left it first: one that still asked would complain. */
export async function stopBehind(page: Page, floodgate: Floodgate): Promise<void> {
  await page.goto('about:blank');
  await floodgate.stop();
}
