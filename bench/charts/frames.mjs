import { percentile } from '../gateway/percentile.mjs';
import { table } from '../lib/table.mjs';
import { busyMs, openChart } from './page.mjs';

const WARM_UP_MS = 3_000;

/** What a chart costs that follows the stream, for each library. */
export async function measure({ seconds }) {
  const rows = [];
  for (const library of ['uplot', 'recharts']) {
    const chart = await openChart(library);
    await chart.page.waitForTimeout(WARM_UP_MS);
    await chart.page.evaluate(() => window.resetMeasured());
    const before = await busyMs(chart.session);
    await chart.page.waitForTimeout(seconds * 1_000);
    const { updates, framesMs, longTasksMs } = await chart.page.evaluate(() => window.measured);
    const spentMs = (await busyMs(chart.session)) - before;
    const frames = framesMs.toSorted((a, b) => a - b);
    rows.push({
      library,
      updates_per_second: updates / seconds,
      frames_per_second: frames.length / seconds,
      frame_ms: {
        p50: percentile(frames, 0.5),
        p95: percentile(frames, 0.95),
        p99: percentile(frames, 0.99),
      },
      long_tasks: longTasksMs.length,
      longest_task_ms: Math.max(0, ...longTasksMs),
      main_thread_ms_per_update: spentMs / Math.max(1, updates),
      main_thread_percent: (100 * spentMs) / (seconds * 1_000),
    });
    await chart.close();
  }
  return rows;
}

export function render(rows) {
  const ms = (value) => value.toFixed(1);
  return table(
    [
      'library',
      'updates/s',
      'frames/s',
      'frame p50 ms',
      'p95 ms',
      'p99 ms',
      'long tasks',
      'longest ms',
      'main thread ms/update',
      'main thread %',
    ],
    rows.map((row) => [
      row.library,
      ms(row.updates_per_second),
      ms(row.frames_per_second),
      ms(row.frame_ms.p50),
      ms(row.frame_ms.p95),
      ms(row.frame_ms.p99),
      String(row.long_tasks),
      ms(row.longest_task_ms),
      ms(row.main_thread_ms_per_update),
      ms(row.main_thread_percent),
    ]),
  );
}
