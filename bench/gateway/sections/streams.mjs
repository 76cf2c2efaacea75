import { once } from 'node:events';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { residentMib } from '../../lib/machine.mjs';
import { table, whole } from '../../lib/table.mjs';
import { configurationOf } from '../configuration.mjs';
import { startGateway } from '../floodgate.mjs';
import { percentile } from '../percentile.mjs';
import { UPSTREAM_PORT, urlOf } from '../ports.mjs';
import { cpuSeconds } from '../process-usage.mjs';
import { startNodeUpstream } from '../upstreams/node.mjs';

const EVERY_MS = 500;
const WATCHED_MS = 15_000;
const OPENED_AT_ONCE = 100;
const GONE_MS = 10_000;

/** Many event streams at once through the gateway: does everybody get every event, and when? */
export async function measure({ options }) {
  const upstream = await startNodeUpstream('events', { EVERY_MS: String(EVERY_MS) });
  try {
    const gateway = await startGateway({
      configuration: configurationOf({
        upstream: { connections: { per_target: options.streams } },
      }),
    });
    try {
      // What the upstream and this client take for themselves.
      const direct = await watch(urlOf(UPSTREAM_PORT), options.streams, undefined);
      return [direct, await watch(gateway.url, options.streams, gateway.pid)];
    } finally {
      await gateway.stop();
    }
  } finally {
    await upstream.stop();
  }
}

async function watch(url, count, pid) {
  const before_mib = pid && residentMib(pid);
  const streams = await openAll(`${url}/bench/events`, count);
  for (const stream of streams) stream.watch();
  const startedAt = performance.now();
  const cpuBefore = pid && cpuSeconds(pid);
  await sleep(WATCHED_MS);
  const cpu = pid && cpuSeconds(pid) - cpuBefore;
  const seconds = (performance.now() - startedAt) / 1_000;
  const open_mib = pid && residentMib(pid);
  const seen = streams.map((stream) => stream.seen());
  for (const stream of streams) stream.close();
  return {
    way: pid === undefined ? 'straight to the upstream' : 'through the gateway',
    streams: streams.length,
    ...told(seen),
    cpu_percent: cpu && (cpu * 100) / seconds,
    before_mib,
    open_mib,
    gone_ms: await untilNobodyListens(),
  };
}

async function openAll(url, count) {
  const streams = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: OPENED_AT_ONCE }, async () => {
      while (next++ < count) streams.push(await open(url));
    }),
  );
  return streams;
}

async function open(url) {
  const sent = get(url, { agent: false });
  const [response] = await once(sent, 'response');
  if (response.statusCode !== 200) throw new Error(`streams: answered ${response.statusCode}`);
  let isWatched = false;
  let rest = '';
  const seen = { sequences: [], delaysMs: [], isOpen: true };
  response.setEncoding('utf8').on('data', (text) => {
    const nowMs = performance.timeOrigin + performance.now();
    const events = (rest + text).split('\n\n');
    rest = events.pop();
    if (!isWatched) return;
    for (const event of events) {
      if (!event.startsWith('data: ')) continue;
      const { sequence, atMs } = JSON.parse(event.slice('data: '.length));
      seen.sequences.push(sequence);
      seen.delaysMs.push(nowMs - atMs);
    }
  });
  const end = () => {
    seen.isOpen = false;
  };
  response.once('close', end).once('error', end);
  return {
    watch() {
      isWatched = true;
    },
    seen: () => ({ ...seen }),
    close: () => response.destroy(),
  };
}

/** Over all streams, within the events that the first and the last of them say were sent meanwhile. */
function told(seen) {
  const delays = seen.flatMap(({ delaysMs }) => delaysMs).toSorted((a, b) => a - b);
  const gaps = seen.map(({ sequences }) =>
    sequences.filter((sequence, i) => i > 0 && sequence !== sequences[i - 1] + 1),
  );
  const fewest = Math.min(...seen.map(({ sequences }) => sequences.length));
  const result = {
    events: delays.length,
    events_per_stream: fewest,
    delay_p50_ms: percentile(delays, 0.5),
    delay_p99_ms: percentile(delays, 0.99),
  };
  const broken = seen.filter(({ isOpen }) => !isOpen).length;
  const most = Math.max(...seen.map(({ sequences }) => sequences.length));
  // An event that was on its way when watching began or ended is no loss.
  if (broken > 0 || gaps.some((gap) => gap.length > 0) || fewest === 0 || most - fewest > 2) {
    throw new Error(`streams: ${broken} broke off, ${fewest} to ${most} events: ${gaps.flat()}`);
  }
  return result;
}

/** How long the upstream thinks that somebody listens after everybody has left, ms. */
async function untilNobodyListens() {
  const startedAt = performance.now();
  while (performance.now() - startedAt < GONE_MS) {
    const answer = await fetch(`${urlOf(UPSTREAM_PORT)}/open`);
    if ((await answer.json()).open === 0) return performance.now() - startedAt;
    await sleep(10);
  }
  throw new Error(`streams: the upstream still has streams ${GONE_MS} ms after all clients left`);
}

export function render(rows) {
  return `An event every ${EVERY_MS} ms to everybody at once, for ${WATCHED_MS / 1_000} s. Every stream got each of them, in order.

${table(
  [
    'Way',
    'Streams',
    'Events on each',
    'Delay p50, ms',
    'p99, ms',
    'Core, % busy',
    'Resident before, MiB',
    'with all streams',
    'Closed upstream after, ms',
  ],
  rows.map((row) => [
    row.way,
    whole(row.streams),
    whole(row.events_per_stream),
    row.delay_p50_ms.toFixed(1),
    row.delay_p99_ms.toFixed(1),
    row.cpu_percent?.toFixed(0) ?? '',
    row.before_mib?.toFixed(0) ?? '',
    row.open_mib?.toFixed(0) ?? '',
    whole(row.gone_ms),
  ]),
)}`;
}
