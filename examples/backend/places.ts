import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { NO_STORE, refuse, send, sendJson, type Visit } from './answer';

const LONGEST_WAIT_MS = 60_000;
/** How long `/api/data` stays as it is, and how long a cache may keep it. */
const DATA_SECONDS = 5;
const TICK_MS = 1_000;

const USERS = ['Ada', 'Grace', 'Edsger', 'Barbara'].map((name, index) => ({ id: index + 1, name }));
const STATIONS = ['north', 'east', 'south', 'west'];

/** One path of a backend. */
export interface Place {
  /** None: any. */
  readonly methods?: readonly string[];
  readonly handle: (visit: Visit) => void | Promise<void>;
}

export interface PlacesOptions {
  readonly name: string;
  /** Requests that came so far. */
  readonly requests: () => number;
  /** Streams end when it does not. */
  readonly isListening: () => boolean;
}

const READ = ['GET', 'HEAD'];

/** What a backend serves, by path. */
export function placesOf({ name, requests, isListening }: PlacesOptions): Map<string, Place> {
  const greeting = { message: `Hello from ${name}`, backend: name };
  const startedMs = performance.now();

  function info({ response }: Visit): void {
    sendJson(response, 200, {
      ...greeting,
      requests: requests(),
      uptime_seconds: Math.floor((performance.now() - startedMs) / 1_000),
      time: new Date().toISOString(),
    });
  }

  function cachedData({ request, response }: Visit): void {
    const body = JSON.stringify({ ...greeting, ...readings() });
    const tag = `"${createHash('sha256').update(body).digest('base64url')}"`;
    const headers = { 'Cache-Control': `public, max-age=${DATA_SECONDS}`, ETag: tag };
    if (request.headers['if-none-match']?.includes(tag)) response.writeHead(304, headers).end();
    else send(response, 200, body, headers);
  }

  /** Tells what came, so that one sees what a gateway made of it. */
  async function echo({ request, response, path, query }: Visit): Promise<void> {
    const hash = createHash('sha256');
    let length = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      hash.update(chunk);
      length += chunk.length;
    }
    const { method, headers, trailers } = request;
    const body = { length, sha256: hash.digest('hex') };
    sendJson(response, 200, { ...greeting, method, path, query, headers, body, trailers });
  }

  async function slow({ response, query, over }: Visit): Promise<void> {
    const text = new URLSearchParams(query).get('ms') ?? '1000';
    const waitMs = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
    if (!(waitMs <= LONGEST_WAIT_MS)) {
      refuse(response, 400, `ms is a whole number from 0 to ${LONGEST_WAIT_MS}`);
      return;
    }
    await delay(waitMs, undefined, { signal: over, ref: false });
    sendJson(response, 200, { ...greeting, waited_ms: waitMs });
  }

  function stream({ request, response, over }: Visit): void {
    // The last field is for nginx, which would gather events until they fill a buffer.
    const headers = { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' };
    response.writeHead(200, { ...headers, ...NO_STORE });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    let sequence = 0;
    const tick = () => {
      // Kept, the connection would keep the server from closing.
      if (!isListening()) response.end(() => request.socket.end());
      // Who reads too slowly misses some instead of having them kept.
      if (response.writableEnded || response.writableNeedDrain) return;
      sequence += 1;
      const event = { backend: name, sequence, time: new Date().toISOString() };
      response.write(`id: ${sequence}\nevent: tick\ndata: ${JSON.stringify(event)}\n\n`);
    };
    response.write(`retry: ${TICK_MS}\n\n`);
    tick();
    const timer = setInterval(tick, TICK_MS).unref();
    over.addEventListener('abort', () => clearInterval(timer));
  }

  function constant(body: object): Place {
    return {
      methods: READ,
      handle: ({ response }) => sendJson(response, 200, { ...greeting, ...body }),
    };
  }

  return new Map<string, Place>([
    ['/api/info', { methods: READ, handle: info }],
    ['/api/data', { methods: READ, handle: cachedData }],
    ['/api/echo', { handle: echo }],
    ['/api/slow', { methods: READ, handle: slow }],
    ['/api/stream', { methods: READ, handle: stream }],
    ['/users', constant({ users: USERS })],
    [
      '/data',
      {
        methods: READ,
        handle: ({ response }) => sendJson(response, 200, { ...greeting, ...readings() }),
      },
    ],
    ['/health', constant({ status: 'ok' })],
  ]);
}

/** Made-up temperatures, the same on every backend. */
function readings() {
  const slot = Math.floor(Date.now() / 1_000 / DATA_SECONDS);
  return {
    as_of: new Date(slot * DATA_SECONDS * 1_000).toISOString(),
    data: STATIONS.map((station, index) => ({
      station,
      celsius: Math.round(150 + 50 * Math.sin(slot / 60 + index)) / 10,
    })),
  };
}
