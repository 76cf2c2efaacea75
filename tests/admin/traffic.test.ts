import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { trafficSchema } from '../../lib/admin/endpoints/traffic-resource';
import { spanBetween, spanOfRange, trafficRanges } from '../../lib/admin/traffic-span';
import { NO_OBSERVER } from '../../lib/gateway';
import { createMemoryStore } from '../../lib/limiter';
import {
  createTrafficHistory,
  createTrafficHub,
  TrafficBusyError,
} from '../../lib/telemetry/traffic';
import { callTo, gatewayOver } from '../support/gateway';
import { type AdminAnswer, adminGateway } from './admin-gateway';

/** Ten seconds into a minute. */
const NOW = 2_000_000_050;
const WEEK = 604_800;

const clock = { nowMs: NOW * 1_000 };
const now = () => clock.nowMs;

describe('the traffic of a time', () => {
  let ask: (query: string) => Promise<AdminAnswer>;
  let admin: Awaited<ReturnType<typeof adminGateway>>;

  /** Nine quotes are asked for, of which the policy allows five, then one page that is not there. */
  beforeAll(async () => {
    const history = createTrafficHistory({ now });
    const hub = createTrafficHub({ replica: 'one', history, now });
    const { handle } = gatewayOver(createMemoryStore(), {}, [], {
      observer: { ...NO_OBSERVER, onAnswer: hub.onAnswer },
    });
    clock.nowMs = (NOW - 7_200) * 1_000;
    await handle(callTo('/ping'));
    clock.nowMs = (NOW - 20) * 1_000;
    for (let i = 0; i < 9; i++) await handle(callTo('/api/v1/stock-price'));
    clock.nowMs = (NOW - 5) * 1_000;
    await handle(callTo('/ping'));
    await hub.close();
    clock.nowMs = NOW * 1_000 + 400;
    admin = await adminGateway({ traffic: { history, now } });
    ask = (query) => admin.request('GET', `/traffic${query}`);
  });

  const read = async (query: string) => trafficSchema.parse((await ask(query)).body);

  it('is that of the last five minutes, by seconds, unless another is asked for', async () => {
    const { status, body, header } = await ask('');
    expect(status).toBe(200);
    expect(header('cache-control')).toBe('no-store');
    const { series, ...traffic } = trafficSchema.parse(body);
    expect(traffic).toMatchObject({
      server_time: '2033-05-18T03:34:10.400Z',
      from: NOW - 300,
      to: NOW,
      step_seconds: 1,
      totals: { allowed: 6, denied: 4, errors: 0 },
      routes: [
        { name: '/api/v1/stock-price', allowed: 5, denied: 4, errors: 0 },
        { name: '/ping', allowed: 1, denied: 0, errors: 0 },
      ],
      replicas: [{ name: 'one', allowed: 6, denied: 4, errors: 0 }],
      blocked: {
        total: 4,
        clients: [{ kind: 'ip', value: '203.0.113.7', count: 4, error: 0 }],
      },
    });
    expect(series.allowed).toHaveLength(300);
    expect(series.allowed[280]).toBe(5);
    expect(series.denied[280]).toBe(4);
    expect(series.allowed[295]).toBe(1);
    expect(series.p50_ms[280]).toBeGreaterThan(0);
    expect(series.p50_ms[0]).toBeNull();
    expect(traffic.totals.latency_ms.max).toBeGreaterThan(0);
  });

  it.each([
    ['15m', 900, 1],
    ['1h', 3_600, 1],
    ['6h', 361, 60],
    ['24h', 1_441, 60],
    ['7d', 1_009, 600],
  ])('of a range has so many points: %s', async (range, points, step) => {
    const { series, from, to, step_seconds, totals } = await read(`?range=${range}`);
    expect({ to, step_seconds }).toEqual({ to: NOW, step_seconds: step });
    expect(from % step).toBe(0);
    for (const column of Object.values(series)) expect(column).toHaveLength(points);
    const sum = (column: readonly number[]) => column.reduce((all, count) => all + count, 0);
    expect(sum(series.allowed)).toBe(totals.allowed);
    // The minute under way is in it.
    expect(totals).toMatchObject({ allowed: step === 1 ? 6 : 7, denied: 4 });
  });

  it('between two moments ends where it was asked to', async () => {
    const { from, to, step_seconds, series } = await read(`?from=${NOW - 25}&to=${NOW - 15}`);
    expect({ from, to, step_seconds }).toEqual({ from: NOW - 25, to: NOW - 15, step_seconds: 1 });
    expect(series.allowed).toEqual([0, 0, 0, 0, 0, 5, 0, 0, 0, 0]);
    const older = await read(`?from=${NOW - 7_300}&to=${NOW - 7_100}`);
    expect(older).toMatchObject({ step_seconds: 60, totals: { allowed: 1, denied: 0 } });
  });

  it.each([
    ['route=%2Fping', { allowed: 1, denied: 0 }],
    ['policy=stock-price', { allowed: 5, denied: 4 }],
    ['replica=one', { allowed: 6, denied: 4 }],
    ['replica=two', { allowed: 0, denied: 0 }],
    ['route=%2Fping&policy=stock-price', { allowed: 0, denied: 0 }],
  ])('is filtered by %s', async (filter, counts) => {
    const { totals, blocked } = await read(`?${filter}`);
    expect(totals).toMatchObject(counts);
    expect(blocked.total).toBe(4);
  });

  it.each([
    ['range=1y', 'query.range'],
    ['from=1', 'query'],
    [`from=${NOW - 10}&to=${NOW}&range=5m`, 'query'],
    ['from=a&to=b', 'query.from'],
    [`from=${NOW}&to=${NOW - 1}`, 'query.to'],
    [`from=0&to=${NOW - WEEK}`, 'query.to'],
    [`from=${NOW}&to=${NOW + 60}`, 'query.to'],
    ['route=', 'query.route'],
  ])('is refused for a query that means nothing: %s', async (query, path) => {
    const { status, body } = await ask(`?${query}`);
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ path, message: expect.any(String) }]);
  });

  it('is refused for a while where too many questions wait already', async () => {
    const query = () => Promise.reject(new TrafficBusyError());
    const busy = await adminGateway({ traffic: { history: { query }, now } });
    const { status, header, body } = await busy.request('GET', '/traffic');
    expect(status).toBe(503);
    expect(header('retry-after')).toBe('1');
    expect(body).toMatchObject({ title: 'Busy', detail: expect.stringContaining('ask again') });
  });

  it('is for admins alone', async () => {
    const { status } = await admin.request('GET', '/traffic', {
      headers: { authorization: undefined },
    });
    expect(status).toBe(401);
  });

  it('is not there where nothing is recorded', async () => {
    const without = await adminGateway();
    expect(without.endpoints.map(({ path }) => path)).not.toContain('/api/v1/admin/traffic');
  });
});

describe('the span of a query', () => {
  const points = ({ from, to, step }: { from: number; to: number; step: number }) =>
    Math.ceil((to - from) / step);

  it('has at most 3,600 points that begin at whole steps, seconds only within the last hour', () => {
    const second = fc.integer({ min: NOW - 2 * WEEK, max: NOW + WEEK });
    fc.assert(
      fc.property(second, second, (one, other) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        fc.pre(from < NOW && to > Math.max(from, NOW - WEEK));
        const span = spanBetween(from, to, NOW);
        expect(points(span)).toBeLessThanOrEqual(3_600);
        expect(span.from % span.step).toBe(0);
        expect(span.to).toBe(Math.min(to, NOW));
        expect(span.step === 1).toBe(from >= NOW - 3_600);
        expect(Math.max(from, NOW - WEEK) - span.from).toBeLessThan(span.step);
        // No finer one would do.
        if (span.step > 60) expect((to - from) / (span.step - 60)).toBeGreaterThan(3_599);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each(trafficRanges)('of a range is never longer than a chart is wide: %s', (range) => {
    fc.assert(
      fc.property(fc.integer({ min: NOW, max: NOW + WEEK }), (nowSeconds) => {
        const span = spanOfRange(range, nowSeconds);
        expect(span.to).toBe(nowSeconds);
        expect(points(span)).toBeLessThanOrEqual(3_600);
      }),
    );
  });
});
