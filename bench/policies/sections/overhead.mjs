import { createHash, createHmac, randomBytes } from 'node:crypto';
import { startFloodgate } from '../../lib/floodgate.mjs';
import { applyLoad } from '../../lib/load.mjs';
import { median } from '../../lib/statistics.mjs';
import { table, whole } from '../../lib/table.mjs';
import {
  manyPolicies,
  STOCK_PRICE_PATH,
  stockPricePolicy,
  writeConfiguration,
} from '../configuration.mjs';

const WARM_UP_SECONDS = 2;
const BARE_PORT = 8_410;
const GUARDED_PORT = 8_411;
const SECRET = 'a secret of the bench, of no use elsewhere';

/**
 * What identity, matching and the decision add to a request: every second of load on a gateway with
 * policies follows a second on one without any, on the same path and core.
 */
export async function measure({ options }) {
  const keyId = 'benchbenchbe';
  const keySecret = randomBytes(32).toString('base64url');
  const clients = {
    clients: [{ name: 'bench' }],
    keys: [
      {
        id: keyId,
        client: 'bench',
        hash: createHash('sha256').update(keySecret).digest('hex'),
        created_at: '2026-01-01T00:00:00Z',
      },
    ],
  };
  const none = await writeConfiguration({ policies: [] });
  const many = await writeConfiguration({
    ...clients,
    policies: [stockPricePolicy, ...manyPolicies(options.policies)],
  });
  const bare = startFloodgate({ port: BARE_PORT, env: { FLOODGATE_CONFIG: none.path } });
  const guarded = startFloodgate({
    port: GUARDED_PORT,
    env: { FLOODGATE_CONFIG: many.path, JWT_SECRET: SECRET },
  });
  const callers = {
    'IP address': {},
    'API key': { 'X-API-Key': `fg_${keyId}_${keySecret}` },
    'JSON Web Token': { Authorization: `Bearer ${signedToken()}` },
  };
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
      rows.push(summary(caller, slices));
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

function summary(caller, slices) {
  const added = slices.map(({ without, within }) => (without / within - 1) * 100);
  return {
    caller,
    without: Math.round(median(slices.map(({ without }) => without))),
    within: Math.round(median(slices.map(({ within }) => within))),
    added_percent: median(added),
    lowest: Math.min(...added),
    highest: Math.max(...added),
  };
}

function signedToken() {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const inAnHour = Math.floor(Date.now() / 1_000) + 3_600;
  const content = `${encode({ alg: 'HS256' })}.${encode({ sub: 'bench', exp: inAnHour })}`;
  return `${content}.${createHmac('sha256', SECRET).update(content).digest('base64url')}`;
}

export function render({ policies, rows }) {
  return `${whole(policies)} policies are loaded, of which one applies; counters in memory.

${table(
  ['Caller', 'Without policies, requests/s', 'With, requests/s', 'Time added, %', 'Lowest-highest'],
  rows.map((row) => [
    row.caller,
    whole(row.without),
    whole(row.within),
    row.added_percent.toFixed(1),
    `${row.lowest.toFixed(1)}-${row.highest.toFixed(1)}`,
  ]),
)}`;
}
