// `npm run burst -- --url http://localhost:8080/api/info`: many requests at once, and who got through.

import {
  headersOf,
  httpUrl,
  readOptions,
  runTool,
  UsageError,
  wholeNumber,
} from './load/options.mjs';
import { sendAll } from './load/send.mjs';
import { clock, paint } from './terminal.mjs';

const USAGE = `npm run burst -- [options]

  --url URL          where to; http://localhost:8080/api/info
  --requests N       how many; 200
  --concurrency N    how many at a time; 50
  --method METHOD    GET, or POST with a body
  --header 'A: b'    any number of them
  --body TEXT        sent as JSON unless a Content-Type says otherwise
  --allowed N        exactly so many are to be allowed

Ends with 0 when every request was allowed or denied, and as many allowed as were expected.`;

const KINDS = {
  allowed: { mark: '✓', colour: 'green' },
  denied: { mark: '✕', colour: 'red' },
  error: { mark: '!', colour: 'yellow' },
};

await runTool(async () => {
  const options = read();
  if (options === undefined) {
    console.log(USAGE);
    return true;
  }
  const times = [];
  const counts = { allowed: 0, denied: 0, error: 0 };
  const started = performance.now();
  await sendAll(options, (answer, serial) => {
    const kind = kindOf(answer);
    counts[kind] += 1;
    if (kind !== 'error') times.push(answer.ms);
    console.log(lineOf(answer, serial, kind));
  });
  return summarise(counts, times, performance.now() - started, options.allowed);
});

function read() {
  const values = readOptions({
    url: { type: 'string', default: 'http://localhost:8080/api/info' },
    requests: { type: 'string', default: '200' },
    concurrency: { type: 'string', default: '50' },
    method: { type: 'string' },
    header: { type: 'string', multiple: true, default: [] },
    body: { type: 'string' },
    allowed: { type: 'string' },
  });
  if (values.help) return undefined;
  const { body, method = body === undefined ? 'GET' : 'POST' } = values;
  if (!/^[A-Z]{1,20}$/.test(method)) throw new UsageError('--method takes a method such as POST');
  const requests = wholeNumber('requests', values.requests, 1, 1_000_000);
  return {
    url: httpUrl(values.url),
    requests,
    concurrency: Math.min(requests, wholeNumber('concurrency', values.concurrency, 1, 10_000)),
    method,
    headers: {
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headersOf(values.header),
    },
    body,
    allowed:
      values.allowed === undefined
        ? undefined
        : wholeNumber('allowed', values.allowed, 0, requests),
  };
}

function kindOf({ status }) {
  if (status === 429) return 'denied';
  return status !== undefined && status < 400 ? 'allowed' : 'error';
}

function lineOf({ status, fault, ms, headers, json }, serial, kind) {
  const { mark, colour } = KINDS[kind];
  const remaining = headers['x-ratelimit-remaining'];
  const wait = headers['retry-after'];
  const facts = [
    paint('grey', clock()),
    `#${serial}`.padEnd(6),
    paint(colour, `${mark} ${kind.padEnd(7)}`),
    String(status ?? fault).padEnd(4),
    `${ms.toFixed(0).padStart(5)} ms`,
    remaining === undefined ? '' : `remaining ${remaining}`.padEnd(14),
    wait === undefined ? '' : `again in ${wait} s`,
    json.replica ?? '',
    json.backend ?? '',
  ];
  return facts
    .filter((fact) => fact !== '')
    .join('  ')
    .trimEnd();
}

function summarise({ allowed, denied, error }, times, tookMs, expected) {
  const seconds = tookMs / 1_000;
  const total = allowed + denied + error;
  times.sort((a, b) => a - b);
  const percentile = (share) => {
    const time = times[Math.ceil(times.length * share) - 1];
    return time === undefined ? '-' : `${time.toFixed(1)} ms`;
  };
  const count = (kind, number) =>
    paint(
      KINDS[kind].colour,
      `${KINDS[kind].mark} ${number} ${number === 1 || kind !== 'error' ? kind : 'errors'}`,
    );
  console.log(`
${total} requests in ${seconds.toFixed(2)} s (${(total / seconds).toFixed(0)} per second)
  ${count('allowed', allowed)}   ${count('denied', denied)}   ${count('error', error)}
  p50 ${percentile(0.5)}   p95 ${percentile(0.95)}   slowest ${percentile(1)}`);
  const isAsExpected = expected === undefined || allowed === expected;
  if (!isAsExpected) console.error(paint('red', `✕ expected exactly ${expected} to be allowed`));
  if (error > 0) console.error(paint('red', '✕ not every request was answered by 2xx, 3xx or 429'));
  return isAsExpected && error === 0;
}
