import type { Page } from '@playwright/test';

export interface PageVitals {
  /** Sum of the layout shifts that nobody's input explains. */
  readonly layoutShift: number;
  /** Sum of all others, within 500 ms of an input. */
  readonly shiftAfterInput: number;
  /** Tasks that held the main thread for 50 ms or more, ms. */
  readonly longTasksMs: readonly number[];
}

declare global {
  interface Window {
    vitals: { layoutShift: number; shiftAfterInput: number; longTasksMs: number[] };
  }
}

/** Starts measuring in the page as it is now. */
export async function watchVitals(page: Page): Promise<void> {
  await page.evaluate(() => {
    const vitals = { layoutShift: 0, shiftAfterInput: 0, longTasksMs: [] as number[] };
    window.vitals = vitals;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (!('value' in entry && 'hadRecentInput' in entry)) continue;
        vitals[entry.hadRecentInput ? 'shiftAfterInput' : 'layoutShift'] += Number(entry.value);
      }
    }).observe({ type: 'layout-shift' });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) vitals.longTasksMs.push(duration);
    }).observe({ type: 'longtask' });
  });
}

/** What was measured since, the frame on its way included. */
export function readVitals(page: Page): Promise<PageVitals> {
  return page.evaluate(
    () =>
      new Promise<PageVitals>((resolve) => {
        requestAnimationFrame(() => setTimeout(() => resolve(window.vitals)));
      }),
  );
}
