import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { table, whole } from '../../lib/table.mjs';
import { configurationOf } from '../configuration.mjs';
import { startGateway } from '../floodgate.mjs';
import { watchMemory } from '../process-usage.mjs';
import { startNodeUpstream } from '../upstreams/node.mjs';

const MIB = 2 ** 20;
const WARM_UP_BYTES = 256 * MIB;
const PAUSE_MS = 1_000;
const CHUNK = Buffer.alloc(64 * 1_024, 'floodgate ');

const cases = [
  { name: 'download', run: (url, bytes) => download(url, bytes) },
  { name: 'upload', run: (url, bytes) => upload(url, bytes, { isChunked: false }) },
  {
    name: 'upload of unknown length',
    run: (url, bytes) => upload(url, bytes, { isChunked: true }),
  },
  {
    name: 'download, the client pauses four times',
    run: (url, bytes) => download(url, bytes, bytes / 4),
  },
  {
    name: 'upload, the upstream pauses four times',
    run: (url, bytes) => upload(`${url}?pause_every=${bytes / 4}`, bytes, { isChunked: false }),
  },
];

/** One long body at a time through a gateway that has carried some: how much does it keep of it? */
export async function measure({ options }) {
  const bytes = options.mebibytes * MIB;
  const upstream = await startNodeUpstream('bulk');
  try {
    const gateway = await startGateway({ configuration: configurationOf() });
    try {
      const url = `${gateway.url}/bench/bulk`;
      for (const { run } of cases.slice(0, 3)) await run(url, WARM_UP_BYTES);
      const rows = [];
      for (const { name, run } of cases) {
        const startedAt = performance.now();
        const { beforeMib, peakMib } = await watchMemory(gateway.pid, () => run(url, bytes));
        const seconds = (performance.now() - startedAt) / 1_000;
        rows.push({
          name,
          bytes,
          seconds,
          mib_per_second: options.mebibytes / seconds,
          before_mib: beforeMib,
          peak_mib: peakMib,
        });
        console.log(`  ${name}: ${(peakMib - beforeMib).toFixed(1)} MiB more at most`);
      }
      return rows;
    } finally {
      await gateway.stop();
    }
  } finally {
    await upstream.stop();
  }
}

async function download(url, bytes, pauseEvery = Number.POSITIVE_INFINITY) {
  const sent = request(`${url}?bytes=${bytes}`, { agent: false });
  sent.end();
  const [response] = await once(sent, 'response');
  let received = 0;
  let next = pauseEvery;
  for await (const chunk of response) {
    received += chunk.length;
    if (received < next) continue;
    next += pauseEvery;
    await sleep(PAUSE_MS);
  }
  expect(response.statusCode, received, bytes);
}

async function upload(url, bytes, { isChunked }) {
  const headers = isChunked ? {} : { 'content-length': bytes };
  const sent = request(url, { agent: false, method: 'PUT', headers });
  const answered = once(sent, 'response');
  for (let left = bytes; left > 0; left -= CHUNK.length) {
    const chunk = left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK;
    if (!sent.write(chunk)) await Promise.race([once(sent, 'drain'), answered]);
  }
  sent.end();
  const [response] = await answered;
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  expect(response.statusCode, response.statusCode === 200 ? JSON.parse(text).bytes : text, bytes);
}

function expect(status, seen, bytes) {
  if (status !== 200 || seen !== bytes) {
    throw new Error(`body: answered ${status}, ${seen} of ${bytes} bytes came through`);
  }
}

export function render(rows) {
  return `Each after ${whole((3 * WARM_UP_BYTES) / MIB)} MiB to warm up. Growth is the most that was resident meanwhile over what was before.

${table(
  ['Body', 'MiB', 'MiB/s', 'Resident before, MiB', 'Growth, MiB'],
  rows.map((row) => [
    row.name,
    whole(row.bytes / MIB),
    whole(row.mib_per_second),
    row.before_mib.toFixed(0),
    row.peak_mib === row.before_mib ? '0' : (row.peak_mib - row.before_mib).toFixed(1),
  ]),
)}`;
}
