import type { Page } from '@playwright/test';

export interface PageVitals {
  /** Sum of the layout shifts that nobody's input explains. */
  readonly layoutShift: number;
  /** Sum of all others, within 500 ms of an input. */
  readonly shiftAfterInput: number;
  /** Tasks that held the main thread for 50 ms or more, ms. */
  readonly longTasksMs: readonly number[];
  /** What moved by 0.001 or more, by its tag and classes; the first few. */
  readonly moved: readonly string[];
}

declare global {
  interface Window {
    vitals: {
      layoutShift: number;
      shiftAfterInput: number;
      longTasksMs: number[];
      moved: string[];
    };
  }
}

/** Starts measuring in the page as it is now. */
export async function watchVitals(page: Page): Promise<void> {
  await page.evaluate(() => {
    const vitals: Window['vitals'] = {
      layoutShift: 0,
      shiftAfterInput: 0,
      longTasksMs: [],
      moved: [],
    };
    window.vitals = vitals;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (!('value' in entry && 'hadRecentInput' in entry)) continue;
        const value = Number(entry.value);
        vitals[entry.hadRecentInput ? 'shiftAfterInput' : 'layoutShift'] += value;
        if (value < 0.001 || !('sources' in entry && Array.isArray(entry.sources))) continue;
        const nodes = entry.sources.map((source: { node: Node | null }) => source.node);
        for (const node of nodes.slice(0, 20 - vitals.moved.length)) {
          const element = node instanceof Element ? node : node?.parentElement;
          vitals.moved.push(`${value} ${element?.localName} ${element?.className}`);
        }
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
