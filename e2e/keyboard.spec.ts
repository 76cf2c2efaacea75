import type { Page, Route } from '@playwright/test';
import { expect, test } from './support/test';

test('keys send, burst, clear and pause', async ({ page, traffic }) => {
  await traffic.waitForRoom();
  await page.keyboard.press('Enter');
  await traffic.expectStates(['allowed']);
  await page.keyboard.press('b');
  await traffic.expectTotals(9, 5, 4);
  await page.keyboard.press('Shift+C');
  await expect(traffic.blocks).toHaveCount(0);
  await page.keyboard.press('p');
  await expect(page.getByRole('button', { name: 'Resume polling (P)' })).toBeVisible();
  await page.keyboard.press('p');
  await expect(page.getByRole('button', { name: 'Pause polling (P)' })).toBeVisible();
});

test('the question mark lists the keys; while the list is open they rest', async ({
  page,
  traffic,
}) => {
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toContainText('Ctrl K');
  await page.keyboard.press('b');
  await page.keyboard.press('Escape');
  await expect(traffic.dialog).toHaveCount(0);
  await expect(traffic.blocks).toHaveCount(0);
});

test('keys are text while someone types', async ({ page, traffic }) => {
  await traffic.otherTicker.focus();
  await page.keyboard.type('BCP');
  await page.keyboard.press('Enter');
  await expect(traffic.otherTicker).toHaveValue('BCP');
  await traffic.burstSize.focus();
  await page.keyboard.press('b');
  await traffic.sendingOrder.focus();
  await page.keyboard.press('p');
  await expect(page.getByRole('button', { name: 'Pause polling (P)' })).toBeVisible();
  await expect(traffic.blocks).toHaveCount(0);
});

test('keys with a modifier belong to the browser', async ({ page, traffic }) => {
  await page.keyboard.press('Control+b');
  await page.keyboard.press('Alt+Enter');
  await expect(traffic.blocks).toHaveCount(0);
});

test('Enter sends after a ticker was picked', async ({ page, traffic }) => {
  await page.getByText('MSFT', { exact: true }).click();
  await page.keyboard.press('Enter');
  await expect(traffic.blocks).toHaveCount(1);
});

test('a held key counts once', async ({ page, traffic }) => {
  for (let repeat = 0; repeat < 40; repeat++) await page.keyboard.down('Enter');
  await page.keyboard.up('Enter');
  await traffic.expectSettled();
  await expect(traffic.blocks).toHaveCount(1);
});

test('Enter held on the button queues within bounds', async ({ page, traffic }) => {
  const inFlight: Route[] = [];
  await page.route('**/api/v1/stock-price*', (route) => {
    inFlight.push(route);
  });
  await traffic.sendButton.focus();
  // Without waiting in between: a slow machine must not take longer than requests wait for their answers.
  await Promise.all(Array.from({ length: 130 }, () => page.keyboard.down('Enter')));
  await page.keyboard.up('Enter');
  await expect(traffic.blocks).toHaveCount(100);
  await expect(page.getByText('95 waiting')).toBeVisible();
  expect(inFlight).toHaveLength(5);
});

test('arrows go from block to block, Tab only to one of them', async ({ page, traffic }) => {
  await traffic.burst();
  await traffic.blocks.last().focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(traffic.blocks.nth(5)).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(traffic.blocks.nth(6)).toBeFocused();
  await expect(page.locator('[data-testid=block][tabindex="0"]')).toHaveCount(1);
});

test('focus is visible on everything Tab reaches', async ({ page, traffic }) => {
  await page.keyboard.press('Enter');
  await traffic.expectSettled();
  const outlines: string[] = [];
  for (let stop = await nextTabStop(page); stop !== undefined; stop = await nextTabStop(page)) {
    outlines.push(stop);
  }
  expect(outlines.length).toBeGreaterThan(12);
  expect(outlines.filter((outline) => outline.endsWith(': none'))).toEqual([]);
});

/** Presses Tab and tells what got focus and how it shows; undefined past the page's end. */
async function nextTabStop(page: Page): Promise<string | undefined> {
  await page.keyboard.press('Tab');
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return undefined;
    const shown = element.matches('[type=radio]') ? element.parentElement : element;
    return `${element.outerHTML.slice(0, 120)}: ${getComputedStyle(shown ?? element).outlineStyle}`;
  });
}
