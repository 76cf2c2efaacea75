import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { NO_OBSERVER } from '../../../lib/gateway';
import { createMemoryStore } from '../../../lib/limiter';
import { createRequestLog, type RequestLogOptions } from '../../../lib/telemetry/log';
import { callTo, gatewayOver, type TestGateway } from '../../support/gateway';
import { perHour } from '../../support/policies';
import { proxied } from '../../support/proxied';
import { RecordingOrigin } from '../../support/recording-origin';

const QUOTE = '/api/v1/stock-price';
const lineSchema = z.record(z.string(), z.unknown());

afterEach(() => {
  vi.useRealTimers();
});

interface Watched {
  readonly gateway: TestGateway;
  /** What was written, line by line. */
  readonly lines: () => string[];
  readonly read: () => Record<string, unknown>[];
}

function outputTo(text: string[], isTerminal = false) {
  return { isTerminal, write: (line: string) => text.push(line), flush: () => undefined };
}

function logInto(text: string[], options: Partial<RequestLogOptions> = {}) {
  return createRequestLog({
    logger: pino({ level: 'info' }, { write: () => undefined }),
    replica: 'gateway-1',
    linesPerSecond: 1_000,
    output: outputTo(text),
    ...options,
  });
}

/** The gateway with the stock-price policy of one request an hour. */
function watched(options: Partial<RequestLogOptions> = {}): Watched {
  const text: string[] = [];
  const observer = { ...NO_OBSERVER, ...logInto(text, options) };
  const gateway = gatewayOver(createMemoryStore(), { limits: [perHour(1)] }, [], { observer });
  const lines = () => text.flatMap((piece) => piece.split(/(?<=\n)/));
  return {
    gateway,
    lines,
    read: () => lines().map((line) => lineSchema.parse(JSON.parse(line))),
  };
}

describe('the line of a request', () => {
  it('tells who asked for what and what became of it', async () => {
    const { gateway, read } = watched();
    await gateway.handle(callTo(`${QUOTE}?symbol=AAPL`, { headers: { 'x-request-id': 'mine-1' } }));
    expect(read()).toEqual([
      {
        level: 30,
        time: expect.any(Number),
        replica: 'gateway-1',
        request_id: 'mine-1',
        method: 'GET',
        path: QUOTE,
        route: QUOTE,
        policy: 'stock-price',
        verdict: 'allowed',
        status: 200,
        identity: { kind: 'ip', id: '203.0.113.7' },
        decision_ms: expect.any(Number),
        latency_ms: expect.any(Number),
        duration_ms: expect.any(Number),
        msg: 'request',
      },
    ]);
  });

  it('tells of a refusal', async () => {
    const { gateway, read } = watched();
    await gateway.handle(callTo(QUOTE));
    await gateway.handle(callTo(QUOTE));
    expect(read()[1]).toMatchObject({ verdict: 'denied', status: 429, policy: 'stock-price' });
  });

  it('tells of a path that leads nowhere', async () => {
    const { gateway, read } = watched();
    await gateway.handle(callTo('/elsewhere'));
    const [line] = read();
    expect(line).toMatchObject({ route: '-', verdict: 'allowed', status: 404 });
    expect(line).not.toHaveProperty('policy');
  });

  it('names the address of whoever shows credentials that hold nothing', async () => {
    const { gateway, read } = watched();
    await gateway.handle(callTo(QUOTE, { headers: { 'x-api-key': 'fg_of_nobody' } }));
    expect(read()[0]).toMatchObject({
      status: 401,
      verdict: 'denied',
      identity: { kind: 'ip', id: '203.0.113.7' },
    });
  });

  it('names upstream, target and attempts of what was forwarded', async () => {
    const backend = await RecordingOrigin.start();
    const text: string[] = [];
    const observer = { ...NO_OBSERVER, ...logInto(text) };
    const { url } = backend;
    const house = await proxied({ targets: [url], observer });
    await (await fetch(`${house.url}/orders?token=secret`)).text();
    await house.close();
    await backend.stop();
    expect(JSON.parse(text.join(''))).toMatchObject({
      path: '/orders',
      route: 'all',
      upstream: 'origin',
      target: url,
      attempts: 1,
    });
  });

  it('names the trace', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const { gateway, read } = watched({ traceIdOf: () => traceId });
    await gateway.handle(callTo(QUOTE));
    expect(read()[0]).toMatchObject({ trace_id: traceId });
  });

  it.each([
    ['a newline', '/api/a\nb'],
    ['a carriage return', '/api/a\rb'],
    ['a colour', '/api/\x1b[31mred\x1b[0m'],
    ['a C1 control', '/api/\x9b31m'],
    ['a line separator', '/api/a\u2028b\u2029c\u0085d'],
    ['half a character', '/api/\ud800x'],
    ['a whole one', '/api/naïve-😀'],
    ['a quote', '/api/","verdict":"allowed'],
    ['a NUL', '/api/\0'],
  ])(
    'is one line of plain text, and JSON that reads back, with %s in the path',
    async (_, path) => {
      const { gateway, lines, read } = watched();
      await gateway.handle(callTo(path));
      const [line = '', ...others] = lines();
      expect(others).toEqual([]);
      expect(line).toMatch(/^[\x20-\x7e]+\n$/);
      expect(read()[0]).toMatchObject({ path, verdict: 'allowed', status: 404 });
    },
  );

  it('stays short enough to be written at once, whatever a path is made of', async () => {
    const { gateway, lines } = watched({ traceIdOf: () => 'a'.repeat(32) });
    await gateway.handle(
      callTo(`/api/${'\u2028'.repeat(10_000_000)}`, {
        headers: { 'x-request-id': 'a'.repeat(128) },
      }),
    );
    expect(lines()).toHaveLength(1);
    expect(lines()[0]?.length).toBeLessThan(3_000);
  });
});

describe('the log of requests', () => {
  it('is none at a level above info, or without lines', () => {
    const logger = pino({ level: 'warn' }, { write: () => undefined });
    expect(logInto([], { logger })).toBeUndefined();
    expect(logInto([], { linesPerSecond: 0 })).toBeUndefined();
  });

  it('gives refusals at most a tenth of its lines, and each says for how many it stands', async () => {
    vi.useFakeTimers();
    const { gateway, read } = watched({ linesPerSecond: 100 });
    const call = callTo(QUOTE);
    for (let second = 0; second < 4; second++) {
      for (let i = 0; i < 1_000; i++) {
        await gateway.handle(call);
        vi.advanceTimersByTime(1);
      }
    }
    const denied = read().filter(({ verdict }) => verdict === 'denied');
    expect(denied.length).toBeLessThanOrEqual(4 * 2 * 10);
  });

  it('loses none at the end of a flood: one line more tells of those that no other stands for', async () => {
    vi.useFakeTimers();
    const { gateway, read } = watched({ linesPerSecond: 10 });
    for (let i = 0; i < 1_000; i++) await gateway.handle(callTo(QUOTE));
    expect(read().at(-1)).toMatchObject({ msg: 'request' });
    vi.advanceTimersByTime(5_000);
    expect(read().at(-1)).toEqual({
      level: 30,
      time: expect.any(Number),
      replica: 'gateway-1',
      verdict: 'denied',
      weight: expect.any(Number),
      msg: 'other requests',
    });
    const weights = read().map(({ weight }) => Number(weight ?? 1));
    expect(weights.reduce((sum, weight) => sum + weight)).toBe(1_000);
  });

  it('leaves errors and admitted requests theirs in a flood of refusals', async () => {
    vi.useFakeTimers();
    const { gateway, read } = watched({ linesPerSecond: 100 });
    for (let i = 0; i < 5_000; i++) await gateway.handle(callTo(QUOTE));
    for (let i = 0; i < 20; i++) await gateway.handle(callTo('/elsewhere'));
    const admitted = read().filter(({ status }) => status === 404);
    expect(admitted).toHaveLength(20);
    expect(admitted.every(({ weight }) => weight === undefined)).toBe(true);
  });
});

describe('the line for a terminal', () => {
  it('is short, coloured, and has a mark for the verdict', async () => {
    const text: string[] = [];
    const { gateway } = watched({ output: outputTo(text, true) });
    await gateway.handle(callTo(`${QUOTE}?symbol=AAPL`));
    await gateway.handle(callTo(QUOTE));
    expect(text[0]?.replace(/^[\d:]{8}/, 'TIME').replace(/[\d.]+(?= ms)/, 'TOOK')).toBe(
      'TIME \x1b[32m✓\x1b[39m GET /api/v1/stock-price → 200  stock-price  203.0.113.7  TOOK ms\n',
    );
    expect(text[1]).toContain('\x1b[31m✕\x1b[39m GET /api/v1/stock-price → 429');
  });

  it('moves no cursor by what clients send', async () => {
    const text: string[] = [];
    const { gateway } = watched({ output: outputTo(text, true) });
    await gateway.handle(callTo('/api/\x1b[2J\x9b\n\r\u202e'));
    expect(text.join('')).toContain('/api/\\u001b[2J\\u009b\\u000a\\u000d\\u202e →');
  });
});
