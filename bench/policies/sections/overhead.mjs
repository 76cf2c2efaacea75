import { startFloodgate } from '../../lib/floodgate.mjs';
import { applyLoad } from '../../lib/load.mjs';
import { median } from '../../lib/statistics.mjs';
import { table, whole } from '../../lib/table.mjs';
import { callers, keyHolder, measureAdmission, SECRET } from '../admission.mjs';
import {
  manyPolicies,
  STOCK_PRICE_PATH,
  stockPricePolicy,
  writeConfiguration,
} from '../configuration.mjs';

const WARM_UP_SECONDS = 2;
const BARE_PORT = 8_410;
const GUARDED_PORT = 8_411;

/**
 * What policies add to a request: every second of load on a gateway with policies follows a second on one
 * without any, on the same path and core. And what of it is identity, matching and the decision.
 */
export async function measure({ options }) {
  const admission = await measureAdmission(options.policies);
  const none = await writeConfiguration({ policies: [] });
  const many = await writeConfiguration({
    ...keyHolder,
    policies: [stockPricePolicy, ...manyPolicies(options.policies)],
  });
  const bare = startFloodgate({ port: BARE_PORT, env: { FLOODGATE_CONFIG: none.path } });
  const guarded = startFloodgate({
    port: GUARDED_PORT,
    env: { FLOODGATE_CONFIG: many.path, JWT_SECRET: SECRET },
  });
  try {
    const [bareUrl, guardedUrl] = [BARE_PORT, GUARDED_PORT].map(
      (port) => `http://127.0.0.1:${port}${STOCK_PRICE_PATH}`,
    );
    await Promise.all([bare.answers(bareUrl), guarded.answers(guardedUrl)]);
    const rows = [];
    for (const [caller, headers] of Object.entries(callers)) {
      await secondOf(bareUrl, {}, options, WARM_UP_SECONDS);
      await secondOf(guardedUrl, headers, options, WARM_UP_SECONDS);
      const slices = [];
      for (let second = 0; second < options.seconds; second++) {
        const without = await secondOf(bareUrl, {}, options);
        slices.push({ without, within: await secondOf(guardedUrl, headers, options) });
      }
      rows.push(summary(caller, slices, admission[caller]));
      console.log(`  ${caller}: ${rows.at(-1).added_percent.toFixed(1)} % more time per request`);
    }
    return { policies: options.policies, rows };
  } finally {
    await Promise.all([bare.stop(), guarded.stop()]);
    await Promise.all([none.remove(), many.remove()]);
  }
}

async function secondOf(url, headers, { connections }, seconds = 1) {
  const load = await applyLoad({ url, headers, connections, seconds });
  if (load.refused > 0 || load.broken > 0) {
    throw new Error(`${url}: ${load.refused} refused, ${load.broken} broken`);
  }
  return load.requests / load.seconds;
}

function summary(caller, slices, admissionUs) {
  const added = slices.map(({ without, within }) => (without / within - 1) * 100);
  const without = median(slices.map((slice) => slice.without));
  return {
    caller,
    without: Math.round(without),
    within: Math.round(median(slices.map(({ within }) => within))),
    admission_us: admissionUs,
    admission_percent: (admissionUs / (1e6 / without)) * 100,
    added_percent: median(added),
    lowest: Math.min(...added),
    highest: Math.max(...added),
  };
}

export function render({ policies, rows }) {
  return `${whole(policies)} policies are loaded, of which one applies; counters in memory. Identity, matching and the decision were timed
by themselves; the rest of what is added writes the seven fields that tell of the decision, and keeps a record of it.

${table(
  [
    'Caller',
    'Without policies, requests/s',
    'With, requests/s',
    'Identity, matching, decision, µs',
    '% of a request without',
    'All that is added, %',
    'Lowest-highest',
  ],
  rows.map((row) => [
    row.caller,
    whole(row.without),
    whole(row.within),
    row.admission_us.toFixed(2),
    row.admission_percent.toFixed(1),
    row.added_percent.toFixed(1),
    `${row.lowest.toFixed(1)}-${row.highest.toFixed(1)}`,
  ]),
)}`;
}
