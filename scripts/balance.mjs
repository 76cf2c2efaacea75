// `npm run balance -- --url http://localhost:8080/api/info`: which gateway and which backend answers, and
// whether each has its share. Gateways name themselves at /health, backends in the member `backend`.

import { headersOf, httpUrl, readOptions, runTool, wholeNumber } from './load/options.mjs';
import { sendAll } from './load/send.mjs';
import { paint } from './terminal.mjs';

const USAGE = `npm run balance -- [options]

  --url URL          a route to backends; http://localhost:8080/api/info
  --requests N       how many, to the gateways and to the backends each; 300
  --concurrency N    how many at a time; 30
  --header 'A: b'    any number of them
  --gateways N       how many there are; 3
  --backends N       how many there are; 3
  --tolerance N      how far a share may be off the fair one, in % of that; 20

Ends with 0 when every replica answered, and had its share.`;

const BAR_WIDTH = 40;
/** Answers that a judgement of one replica needs at least. */
const FEWEST_EACH = 10;
/** Callers to spread over, where this machine has the addresses: a limit for each is no limit for all. */
const CALLERS = 100;

await runTool(async () => {
  const options = read();
  if (options === undefined) {
    console.log(USAGE);
    return true;
  }
  const { url, gateways, backends, tolerance } = options;
  const health = { ...options, url: new URL('/health', url) };
  // One that is about to stop says so by 503, and answers still.
  const byGateway = await tally(health, 'replica', [200, 503]);
  const areGatewaysFair = judge('gateway', byGateway, gateways, tolerance);
  const byBackend = await tally(options, 'backend', [200]);
  return judge('backend', byBackend, backends, tolerance) && areGatewaysFair;
});

function read() {
  const values = readOptions({
    url: { type: 'string', default: 'http://localhost:8080/api/info' },
    requests: { type: 'string', default: '300' },
    concurrency: { type: 'string', default: '30' },
    header: { type: 'string', multiple: true, default: [] },
    gateways: { type: 'string', default: '3' },
    backends: { type: 'string', default: '3' },
    tolerance: { type: 'string', default: '20' },
  });
  if (values.help) return undefined;
  const requests = wholeNumber('requests', values.requests, 1, 1_000_000);
  return {
    url: httpUrl(values.url),
    requests,
    concurrency: Math.min(requests, wholeNumber('concurrency', values.concurrency, 1, 1_000)),
    headers: headersOf(values.header),
    gateways: wholeNumber('gateways', values.gateways, 1, 1_000),
    backends: wholeNumber('backends', values.backends, 1, 1_000),
    tolerance: wholeNumber('tolerance', values.tolerance, 0, 1_000),
  };
}

/** How often each name came in that member of answers with these statuses, and how many answers had none. */
async function tally(options, member, statuses) {
  const names = new Map();
  const others = new Map();
  const count = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);
  const { url, concurrency, requests } = options;
  const addressOf = callersOf(url);
  // Each caller sends as few as possible: its limit is not what is looked at.
  const senders = addressOf === undefined ? concurrency : Math.min(requests, CALLERS);
  await sendAll({ ...options, concurrency: senders, addressOf }, ({ json, status, fault }) => {
    const name = json[member];
    if (statuses.includes(status) && typeof name === 'string') count(names, name);
    else count(others, status ?? fault);
  });
  return { names, others };
}

/** All of 127.0.0.0/8 is Linux's own: there a caller can have many addresses. */
function callersOf({ hostname }) {
  if (process.platform !== 'linux' || !/^(?:localhost|127\.[\d.]+)$/.test(hostname))
    return undefined;
  return (sender) => `127.0.1.${sender + 1}`;
}

function judge(who, { names, others }, expected, tolerance) {
  const total = [...names.values()].reduce((sum, count) => sum + count, 0);
  const fair = total / expected;
  const entries = [...names].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  const isFair = (count) => Math.abs(count - fair) <= (fair * tolerance) / 100;
  console.log(
    `\n${paint('bold', `${who}s`)}   ${total} answers, a fair share is ${fair.toFixed(1)}`,
  );
  const widest = Math.max(0, ...entries.map(([name]) => name.length));
  for (const [name, count] of entries) {
    const bar = '█'.repeat(Math.round((count / total) * BAR_WIDTH)).padEnd(BAR_WIDTH);
    const share = `${((count / total) * 100).toFixed(1)} %`.padStart(7);
    const mark = isFair(count) ? paint('green', '✓') : paint('red', '✕ not its share');
    const colour = isFair(count) ? 'green' : 'red';
    console.log(`  ${name.padEnd(widest)}  ${paint(colour, bar)}  ${count}  ${share}  ${mark}`);
  }
  for (const [what, count] of others) {
    const how =
      what === 200 ? `answered 200 without naming a ${who}` : `answered otherwise: ${what}`;
    console.log(`  ${paint('yellow', `${count} ${how}`)}`);
  }
  const faults = [];
  if (entries.length !== expected) faults.push(`${entries.length} of ${expected} ${who}s answered`);
  if (total < expected * FEWEST_EACH)
    faults.push(
      `${total} answers are too few to judge ${expected} by${others.has(429) ? ': the rest was denied, so call as somebody with a higher limit (--header)' : ''}`,
    );
  for (const fault of faults) console.error(paint('red', `✕ ${fault}`));
  return faults.length === 0 && entries.every(([, count]) => isFair(count));
}
