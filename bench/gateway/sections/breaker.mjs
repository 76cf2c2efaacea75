import { setTimeout as sleep } from 'node:timers/promises';
import { table, whole } from '../../lib/table.mjs';
import { configurationOf, PATH } from '../configuration.mjs';
import { startGateway } from '../floodgate.mjs';
import { startPacedLoad } from '../paced-load.mjs';
import { startQuoteUpstream } from '../upstreams/quote.mjs';

const TIMEOUT_MS = 1_000;
const FAST_MS = 100;
const WARM_UP_MS = 3_000;
const HEALTHY_MS = 4_000;
/** Long enough for a probe that fails. */
const OPEN_MS = 7_000;
const AFTERWARDS_MS = 3_000;
const DEADLINE_MS = 60_000;
const OPEN_FAULT = 'destination_unavailable';

const outages = [
  {
    name: 'killed',
    begin: ({ pid }) => process.kill(pid, 'SIGKILL'),
    async end(upstream) {
      await upstream.stop();
      return startQuoteUpstream();
    },
  },
  {
    name: 'hangs',
    begin: ({ pid }) => process.kill(pid, 'SIGSTOP'),
    async end(upstream) {
      process.kill(upstream.pid, 'SIGCONT');
      return upstream;
    },
  },
];

/** The only target goes away under a steady load, and comes back. Breaker and connections are as by default. */
export async function measure({ options }) {
  const rows = [];
  for (const outage of outages) {
    rows.push(await measureOne(outage, options.rate));
    console.log(`  ${outage.name}:\n${renderSeconds(rows.at(-1))}`);
  }
  return rows;
}

async function measureOne(outage, perSecond) {
  let upstream = await startQuoteUpstream();
  try {
    const gateway = await startGateway({
      configuration: configurationOf({ upstream: { timeouts: { first_byte_ms: TIMEOUT_MS } } }),
    });
    try {
      const load = startPacedLoad({ url: gateway.url + PATH, perSecond });
      await sleep(WARM_UP_MS + HEALTHY_MS);
      const beganMs = performance.now();
      outage.begin(upstream);
      const openedMs = await untilOutcome(load, ({ fault }) => fault === OPEN_FAULT);
      await sleep(OPEN_MS);
      upstream = await outage.end(upstream);
      const returnedMs = performance.now();
      const recoveredMs = await untilOutcome(
        load,
        ({ status, endedMs }) => status === 200 && endedMs >= returnedMs,
      );
      await sleep(AFTERWARDS_MS);
      const all = await load.stop();
      const outcomes = all.filter(({ dueMs }) => dueMs >= beganMs - HEALTHY_MS);
      return {
        outage: outage.name,
        ...told(outcomes, { beganMs, openedMs, returnedMs, recoveredMs }),
      };
    } finally {
      await gateway.stop();
    }
  } finally {
    await upstream.stop();
  }
}

/** When the first outcome of this kind was there, by performance.now(). */
async function untilOutcome({ outcomes }, isMeant) {
  const startedAt = performance.now();
  let seen = 0;
  while (performance.now() - startedAt < DEADLINE_MS) {
    for (; seen < outcomes.length; seen++) {
      if (isMeant(outcomes[seen])) return outcomes[seen].endedMs;
    }
    await sleep(5);
  }
  throw new Error(`breaker: neither opened nor recovered within ${DEADLINE_MS} ms`);
}

function told(outcomes, { beganMs, openedMs, returnedMs, recoveredMs }) {
  const before = outcomes.filter(({ endedMs }) => endedMs < beganMs);
  const failed = before.filter(({ status }) => status !== 200);
  if (before.length === 0 || failed.length > 0) {
    const [first] = failed;
    throw new Error(
      `breaker: ${failed.length} of ${before.length} failed before the outage: ${first?.status} ${first?.fault}`,
    );
  }
  const until = outcomes.filter(({ dueMs, endedMs }) => endedMs >= beganMs && dueMs < openedMs);
  const open = outcomes.filter(({ dueMs }) => dueMs >= openedMs && dueMs < recoveredMs);
  const afterwards = outcomes.filter(({ dueMs }) => dueMs >= recoveredMs);
  return {
    requests: outcomes.length,
    opened_after_ms: openedMs - beganMs,
    wrong_until_opened: until.filter(isWrong).length,
    while_open: open.length,
    fast_503: open.filter(isFast503).length,
    slower_503: open.filter((outcome) => outcome.status === 503 && !isFast503(outcome)).length,
    wrong_while_open_percent: (open.filter(isWrong).length * 100) / open.length,
    wrong_afterwards: afterwards.filter(({ status }) => status !== 200).length,
    longest_wait_ms: longest(outcomes.map(waitOf)),
    generator_late_ms: longest(outcomes.map(({ dueMs, sentMs }) => sentMs - dueMs)),
    retry_after_s: outcomes.findLast(
      ({ fault, endedMs }) => fault === OPEN_FAULT && endedMs < returnedMs,
    )?.retryAfterSeconds,
    recovered_after_ms: recoveredMs - returnedMs,
    seconds: bySecond(outcomes, beganMs),
  };
}

/** What became of the requests that were due in each second, counted from the outage. */
function bySecond(outcomes, zeroMs) {
  const seconds = new Map();
  for (const outcome of outcomes.toSorted((a, b) => a.dueMs - b.dueMs)) {
    const second = Math.floor((outcome.dueMs - zeroMs) / 1_000);
    const row = seconds.get(second) ?? { second, ok: 0, fast_503: 0, wrong: 0, longest_ms: 0 };
    row[outcome.status === 200 ? 'ok' : isFast503(outcome) ? 'fast_503' : 'wrong'] += 1;
    row.longest_ms = Math.max(row.longest_ms, waitOf(outcome));
    seconds.set(second, row);
  }
  return [...seconds.values()];
}

function waitOf({ dueMs, endedMs }) {
  return endedMs - dueMs;
}

function isFast503(outcome) {
  return outcome.status === 503 && waitOf(outcome) <= FAST_MS;
}

function isWrong(outcome) {
  return outcome.status !== 200 && !isFast503(outcome);
}

/** Of more values than a call takes arguments. */
function longest(values) {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function renderSeconds({ seconds }) {
  return table(
    ['Second of the outage', '200', 'Fast 503', 'Other', 'Longest wait, ms'],
    seconds.map((row) => [
      String(row.second),
      whole(row.ok),
      whole(row.fast_503),
      whole(row.wrong),
      row.longest_ms.toFixed(0),
    ]),
  );
}

export function render(rows) {
  return `The only target goes away under a steady load of requests that are sent whatever becomes of those before, and comes back ${OPEN_MS / 1_000} s after
the breaker opened. A wait counts from when a request was due; its timeout is ${whole(TIMEOUT_MS)} ms, and the generator was up to
${whole(longest(rows.map((row) => row.generator_late_ms)))} ms late itself. A fast 503 takes at most ${FAST_MS} ms. Retry-After is
what the last one said before the target was back: the time to the next probe.

${table(
  [
    'The target',
    'Requests',
    'Opened after, ms',
    'Other errors until then',
    'Fast 503 from then on',
    'Slower 503',
    'Errors other than a fast 503, %',
    'Longest wait, ms',
    'Retry-After, s',
    'Recovered after, ms',
    'Errors afterwards',
  ],
  rows.map((row) => [
    row.outage,
    whole(row.requests),
    whole(row.opened_after_ms),
    whole(row.wrong_until_opened),
    whole(row.fast_503),
    whole(row.slower_503),
    row.wrong_while_open_percent.toFixed(2),
    whole(row.longest_wait_ms),
    row.retry_after_s === undefined ? '' : String(row.retry_after_s),
    whole(row.recovered_after_ms),
    whole(row.wrong_afterwards),
  ]),
)}`;
}
