import { table } from '../lib/table.mjs';
import { heapMib, openChart } from './page.mjs';

const WARM_UP_MS = 15_000;
const SAMPLES = 6;

/** The product's chart left alone with the stream: what its memory does. */
export async function measure({ soak }) {
  const chart = await openChart('uplot');
  await chart.page.waitForTimeout(WARM_UP_MS);
  await chart.page.evaluate(() => window.resetMeasured());
  const samples = [{ after_seconds: 0, heap_mib: await heapMib(chart.session) }];
  for (let sample = 1; sample <= SAMPLES; sample += 1) {
    await chart.page.waitForTimeout((soak * 1_000) / SAMPLES);
    // The frames are kept to be counted; they are the bench's own memory, not the chart's.
    const updates = await chart.page.evaluate(() => {
      const { updates } = window.measured;
      window.resetMeasured();
      return updates;
    });
    samples.push({
      after_seconds: Math.round((sample * soak) / SAMPLES),
      updates,
      heap_mib: await heapMib(chart.session),
    });
  }
  await chart.close();
  return samples;
}

export function render(samples) {
  return table(
    ['after s', 'updates since', 'heap MiB'],
    samples.map(({ after_seconds, updates, heap_mib }) => [
      String(after_seconds),
      String(updates ?? 0),
      heap_mib.toFixed(2),
    ]),
  );
}
