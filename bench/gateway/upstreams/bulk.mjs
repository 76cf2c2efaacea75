import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const CHUNK = Buffer.alloc(64 * 1_024, 'floodgate ');
const PAUSE_MS = 1_000;

/**
 * GET answers with `?bytes=` bytes; anything else counts what it is sent, with a pause after every
 * `?pause_every=` bytes.
 */
createServer((request, response) => {
  const { searchParams } = new URL(request.url, 'http://upstream');
  if (request.method === 'GET') give(response, Number(searchParams.get('bytes')));
  else void take(request, response, Number(searchParams.get('pause_every') ?? 'Infinity'));
}).listen(Number(process.env.PORT), '127.0.0.1');

function give(response, bytes) {
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes });
  let left = bytes;
  const more = () => {
    while (left > 0) {
      const chunk = left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK;
      left -= chunk.length;
      if (!response.write(chunk)) {
        response.once('drain', more);
        return;
      }
    }
    response.end();
  };
  more();
}

async function take(request, response, pauseEvery) {
  let bytes = 0;
  let next = pauseEvery;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes < next) continue;
    next += pauseEvery;
    await sleep(PAUSE_MS);
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ bytes }));
}
