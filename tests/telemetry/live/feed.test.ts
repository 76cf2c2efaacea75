import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveDecision } from '../../../lib/telemetry/traffic';
import { type EventStream, openStream } from './event-stream';
import { ADMIN, decision, LAST_TOLD, type LiveServer, liveServer } from './live-server';

vi.setConfig({ testTimeout: 60_000 });

const PATIENCE = { timeout: 20_000, interval: 20 };

interface Second {
  readonly at: number;
}

interface Decisions {
  readonly items: readonly LiveDecision[];
}

let server: LiveServer;
const streams: EventStream[] = [];

beforeEach(async () => {
  server = await liveServer();
});

afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close();
  await server.close();
});

/** @param target what follows the path */
async function watch(
  target = '',
  headers: Readonly<Record<string, string>> = {},
): Promise<EventStream> {
  const stream = await openStream(server.url + target, headers);
  streams.push(stream);
  return stream;
}

const secondsOf = (stream: EventStream) => stream.named<Second>('second').map(({ at }) => at);
const decisionsOf = (stream: EventStream) =>
  stream.named<Decisions>('decisions').flatMap(({ items }) => items);
const lastIdOf = (stream: EventStream) => stream.events.at(-1)?.id ?? '';

/** Waits for the second that the clock has just made due. */
async function untilTold(stream: EventStream, at: number): Promise<void> {
  await expect.poll(() => secondsOf(stream).at(-1), PATIENCE).toBe(at);
}

describe('the stream', () => {
  it('is one that nothing on the way keeps or gathers', async () => {
    const { status, headers } = await watch();
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-request-id': expect.any(String),
    });
    expect(headers).not.toHaveProperty('content-encoding');
  });

  it('begins with who tells and how many watch, and when to come back', async () => {
    await watch();
    const stream = await watch('', ADMIN);
    await expect.poll(() => stream.events.length, PATIENCE).toBe(1);
    expect(stream.events[0]).toMatchObject({
      name: 'hello',
      data: { server_time: expect.any(String), replica: 'one', viewers: 2, is_admin: true },
    });
    const retryMs = Number(/^retry: (\d+)$/m.exec(stream.text)?.[1]);
    expect(retryMs).toBeGreaterThanOrEqual(2_000);
    expect(retryMs).toBeLessThanOrEqual(6_000);
  });

  it('tells every second once it is 0.7 s old, those that were passed over by a late round too', async () => {
    const stream = await watch();
    server.clock.nowMs += 3_000;
    await untilTold(stream, LAST_TOLD + 3);
    expect(stream.named('second')).toEqual(
      [1, 2, 3].map((after) => ({
        at: LAST_TOLD + after,
        allowed: (LAST_TOLD + after) % 1_000,
        denied: (LAST_TOLD + after) % 7,
        errors: 0,
        p50_ms: 1.5,
        p95_ms: null,
        p99_ms: 9,
      })),
    );
    server.clock.nowMs += 999;
    server.tell(decision());
    await expect.poll(() => decisionsOf(stream), PATIENCE).toHaveLength(1);
    expect(secondsOf(stream)).toHaveLength(3);
  });

  it('tells seconds by the filter, and each filter is looked up once for all who watch it', async () => {
    const filtered = await Promise.all(
      Array.from({ length: 5 }, () => watch('?route=shop&stream=seconds')),
    );
    await watch('', ADMIN);
    const everything = await watch();
    server.clock.nowMs += 1_000;
    for (const stream of [...filtered, everything]) await untilTold(stream, LAST_TOLD + 1);
    expect(server.lookedUp.map(({ filter }) => filter.route).sort()).toEqual(['shop', undefined]);
  });

  it.each([
    ['seconds', 1, 0],
    ['decisions', 0, 1],
  ])('tells nothing but %s where only these are asked for', async (name, seconds, decisions) => {
    const stream = await watch(`?stream=${name}`);
    const both = await watch();
    server.tell(decision());
    server.clock.nowMs += 1_000;
    await untilTold(both, LAST_TOLD + 1);
    await expect.poll(() => stream.events.length, PATIENCE).toBe(2);
    expect(secondsOf(stream)).toHaveLength(seconds);
    expect(decisionsOf(stream)).toHaveLength(decisions);
  });

  it('goes on by the clock where that is set back', async () => {
    const stream = await watch();
    server.clock.nowMs -= 3_600_000;
    server.tell(decision());
    await expect.poll(() => decisionsOf(stream), PATIENCE).toHaveLength(1);
    server.clock.nowMs += 1_000;
    await untilTold(stream, LAST_TOLD - 3_599);
  });
});

describe('a feed that could not tell', () => {
  it('says so once and goes on with the next round', async () => {
    const stream = await watch();
    const reason = new Error('nothing can be looked up');
    server.looking.before = () => {
      throw reason;
    };
    server.clock.nowMs += 1_000;
    await expect.poll(() => server.failures, PATIENCE).toEqual([reason]);
    server.looking.before = () => undefined;
    server.clock.nowMs += 1_000;
    await untilTold(stream, LAST_TOLD + 2);
    expect(server.failures).toEqual([reason]);
  });

  it('ends the stream of who cannot be told what they missed', async () => {
    const reason = new Error('nothing can be looked up');
    server.looking.before = () => {
      throw reason;
    };
    const back = await watch('', { 'last-event-id': '0' });
    await expect.poll(() => back.hasEnded, PATIENCE).toBe(true);
    expect(server.failures[0]).toBe(reason);
    server.looking.before = () => undefined;
    const next = await watch('', { 'last-event-id': String(LAST_TOLD - 1) });
    await untilTold(next, LAST_TOLD);
  });
});

describe('decisions', () => {
  it('are told to admins whole, newest last', async () => {
    const stream = await watch('?stream=decisions', ADMIN);
    const told = [decision(), decision({ verdict: 'denied', status: 429 }), decision()];
    server.tell(...told);
    await expect.poll(() => decisionsOf(stream), PATIENCE).toEqual(told);
  });

  it('are told to others without whose they are and what for', async () => {
    const stream = await watch('?stream=decisions');
    server.tell(decision());
    await expect.poll(() => decisionsOf(stream), PATIENCE).toHaveLength(1);
    expect(Object.keys(decisionsOf(stream)[0] ?? {}).sort()).toEqual(
      [
        ...['at', 'duration_ms', 'method', 'policy', 'replica'],
        ...['route', 'status', 'verdict', 'weight'],
      ].sort(),
    );
  });

  it('are told to others by the second and the millisecond: finer times would say which it was', async () => {
    const stream = await watch('?stream=decisions');
    const admin = await watch('?stream=decisions', ADMIN);
    const at = LAST_TOLD * 1_000 + 987;
    server.tell(decision({ at, duration_ms: 12.345 }));
    await expect.poll(() => decisionsOf(stream), PATIENCE).toHaveLength(1);
    expect(decisionsOf(stream)).toMatchObject([{ at: LAST_TOLD * 1_000, duration_ms: 12 }]);
    await expect.poll(() => decisionsOf(admin), PATIENCE).toHaveLength(1);
    expect(decisionsOf(admin)).toMatchObject([{ at, duration_ms: 12.345 }]);
  });

  it('whatever they hold, end no event and show nobody what is for admins', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    const breaks = fc.constantFrom('\n\n', '\r\n', '\r', '\u2028', 'data: x\n', '\ud800', ':');
    const hostile = fc.array(fc.oneof(text, breaks), { maxLength: 6 }).map((all) => all.join(''));
    const SECRET = 'only-for-admins';
    const admin = await watch('?stream=decisions', ADMIN);
    const everybody = await watch('?stream=decisions');
    const told: LiveDecision[] = [];
    const decisions = fc.tuple(hostile, hostile, hostile).map(([first, second, third]) =>
      decision({
        id: `${SECRET}${first}`,
        path: `/${SECRET}${second}`,
        identity: { kind: 'user', value: `${SECRET}${third}` },
        route: second,
        policy: third,
        method: first,
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(decisions, { minLength: 50, maxLength: 200 }), async (some) => {
        // As UTF-8 carries them: half a pair is no character.
        told.push(...JSON.parse(Buffer.from(JSON.stringify(some)).toString()));
        server.tell(...some);
        await expect.poll(() => decisionsOf(admin), PATIENCE).toEqual(told);
        const shown = told.map(({ id, path, identity, ...others }) => ({
          ...others,
          at: LAST_TOLD * 1_000 + 1_000,
          duration_ms: 1,
        }));
        await expect.poll(() => decisionsOf(everybody), PATIENCE).toEqual(shown);
        server.clock.nowMs += 1_000;
      }),
      { numRuns: 5 },
    );
    expect(everybody.text).not.toContain(SECRET);
    expect(admin.text).toContain(SECRET);
  });

  it('that come faster than anybody reads are thinned out, and say for how many they stand', async () => {
    const stream = await watch('?stream=decisions', ADMIN);
    const all = Array.from({ length: 5_000 }, () => decision());
    for (let from = 0; from < all.length; from += 50) server.tell(...all.slice(from, from + 50));
    const weightOf = () => decisionsOf(stream).reduce((sum, { weight }) => sum + weight, 0);
    await expect.poll(weightOf, PATIENCE).toBe(all.length);
    expect(decisionsOf(stream)).toHaveLength(200);
    // No more of the same second; they stand in the next one.
    server.tell(decision({ id: 'late' }));
    server.clock.nowMs += 1_000;
    await expect.poll(() => decisionsOf(stream).at(-1)?.id, PATIENCE).toBe('late');
  });
});

describe('a viewer who comes back', () => {
  it('loses nothing and gets nothing twice, wherever the stream broke', async () => {
    const steady = await watch('', ADMIN);
    const pieces: EventStream[] = [];
    let broken = await watch('', ADMIN);
    pieces.push(broken);
    for (let step = 0; step < 24; step++) {
      if (step % 2 === 0) server.tell(decision(), decision());
      if (step % 3 === 0) server.clock.nowMs += 1_000;
      if (step % 5 === 4) {
        await expect.poll(() => broken.events.length, PATIENCE).toBeGreaterThan(0);
        broken.close();
        server.tell(decision());
        server.clock.nowMs += 2_000;
        const told = steady.events.length;
        await expect.poll(() => steady.events.length, PATIENCE).toBeGreaterThan(told);
        broken = await watch('', { ...ADMIN, 'last-event-id': lastIdOf(broken) });
        pieces.push(broken);
      }
    }
    server.tell(decision({ id: 'last' }));
    for (const stream of [steady, broken]) {
      await expect.poll(() => decisionsOf(stream).at(-1)?.id, PATIENCE).toBe('last');
    }
    const told = ({ events }: EventStream) => events.filter(({ name }) => name !== 'hello');
    expect(pieces.flatMap(told)).toEqual(told(steady));
    expect(told(steady).length).toBeGreaterThan(20);
  });

  it('finds the same ids by whatever filter, so that it can go on from any of them', async () => {
    const steady = await watch();
    for (let second = 1; second <= 4; second++) {
      server.tell(decision());
      server.clock.nowMs += 1_000;
      await untilTold(steady, LAST_TOLD + second);
    }
    const from = { 'last-event-id': String(LAST_TOLD) };
    const filtered = await watch('?route=shop', { ...ADMIN, ...from });
    await untilTold(filtered, LAST_TOLD + 4);
    const idsOf = ({ events }: EventStream) =>
      events.filter(({ name }) => name === 'second').map(({ id }) => id);
    expect(idsOf(filtered)).toEqual(idsOf(steady));
    expect(new Set(idsOf(steady)).size).toBe(4);
  });

  it('by the second alone gets what came since, some of it perhaps again', async () => {
    const steady = await watch();
    server.tell(decision());
    server.clock.nowMs += 4_000;
    await untilTold(steady, LAST_TOLD + 4);
    const back = await watch('', { 'last-event-id': String(LAST_TOLD + 1) });
    await untilTold(back, LAST_TOLD + 4);
    expect(secondsOf(back)).toEqual([LAST_TOLD + 2, LAST_TOLD + 3, LAST_TOLD + 4]);
    expect(decisionsOf(back)).toHaveLength(1);
  });

  it('after a long time gets the last five minutes, and decisions that are still held', async () => {
    const steady = await watch('', ADMIN);
    await expect.poll(() => steady.events.length, PATIENCE).toBe(1);
    const id = lastIdOf(steady);
    const all: LiveDecision[] = [];
    for (let minutes = 1; minutes <= 11; minutes++) {
      const some = Array.from({ length: 190 }, () => decision());
      all.push(...some);
      server.tell(...some);
      server.clock.nowMs += 60_000;
      await expect.poll(() => decisionsOf(steady).length, PATIENCE).toBe(all.length);
    }
    await untilTold(steady, LAST_TOLD + 660);
    const back = await watch('', { ...ADMIN, 'last-event-id': id });
    await untilTold(back, LAST_TOLD + 660);
    expect(secondsOf(back)).toEqual(
      Array.from({ length: 300 }, (_, index) => LAST_TOLD + 361 + index),
    );
    await expect.poll(() => decisionsOf(back), PATIENCE).toEqual(all.slice(-1_900));
  });

  it('after nobody watched meanwhile costs no look at seconds that were looked up for others', async () => {
    const resumed = { ...ADMIN, 'last-event-id': String(LAST_TOLD - 50) };
    for (const target of ['', '?route=shop']) {
      const first = await watch(target, resumed);
      await untilTold(first, LAST_TOLD);
      first.close();
      await expect.poll(() => server.feed.viewers, PATIENCE).toBe(0);
    }
    expect(server.lookedUp).toHaveLength(100);
    for (const target of ['', '?route=shop']) {
      const next = await watch(target, resumed);
      await untilTold(next, LAST_TOLD);
    }
    expect(server.lookedUp).toHaveLength(100);
  });

  it('to another process gets the seconds that it never told itself', async () => {
    const back = await watch('', { 'last-event-id': `${LAST_TOLD - 10}-another-77` });
    await untilTold(back, LAST_TOLD);
    expect(secondsOf(back)).toHaveLength(10);
  });

  it('as a stranger by a filter is told nothing that would have to be looked up', async () => {
    for (let index = 0; index < 20; index++) {
      const back = await watch(`?policy=p${index}`, { 'last-event-id': '0' });
      await expect.poll(() => back.named('hello'), PATIENCE).toHaveLength(1);
      back.close();
      await expect.poll(() => server.feed.viewers, PATIENCE).toBe(0);
    }
    expect(server.lookedUp).toEqual([]);
    const from = { 'last-event-id': String(LAST_TOLD - 5) };
    await untilTold(await watch('?policy=p1', { ...ADMIN, ...from }), LAST_TOLD);
    expect(server.lookedUp).toHaveLength(5);
    const stranger = await watch('?policy=p1', from);
    await untilTold(stranger, LAST_TOLD);
    expect(secondsOf(stranger)).toHaveLength(5);
    expect(server.lookedUp).toHaveLength(5);
  });

  it('does not hold up others: what it missed is looked up turn by turn', async () => {
    const back = await watch('', { 'last-event-id': '0' });
    let turns = 0;
    let most = 0;
    let before = server.lookedUp.length;
    while (server.lookedUp.length < 300) {
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, server.lookedUp.length - before);
      before = server.lookedUp.length;
      turns += 1;
    }
    expect(most).toBeLessThanOrEqual(2);
    expect(turns).toBeGreaterThan(100);
    await untilTold(back, LAST_TOLD);
    expect(secondsOf(back)).toHaveLength(300);
  });

  it('while more passes than it has yet been told finds each of them once, in order', async () => {
    const steady = await watch();
    await expect.poll(() => steady.events.length, PATIENCE).toBe(1);
    server.looking.before = () => {
      const untilMs = performance.now() + 3;
      while (performance.now() < untilMs);
    };
    const back = await watch('?route=shop', { ...ADMIN, 'last-event-id': '0' });
    await expect
      .poll(() => server.lookedUp.length, { ...PATIENCE, interval: 1 })
      .toBeGreaterThan(20);
    server.clock.nowMs += 2_000;
    server.tell(decision());
    await untilTold(steady, LAST_TOLD + 2);
    expect(secondsOf(back)).toEqual([]);
    server.clock.nowMs += 1_000;
    for (const stream of [steady, back]) {
      await untilTold(stream, LAST_TOLD + 3);
      await expect.poll(() => decisionsOf(stream), PATIENCE).toHaveLength(1);
    }
    const seconds = secondsOf(back);
    expect(seconds).toEqual(seconds.map((_, index) => (seconds[0] ?? 0) + index));
  });

  it('is told what became of a second that was filled in since others were told', async () => {
    const steady = await watch();
    server.clock.nowMs += 2_000;
    await untilTold(steady, LAST_TOLD + 2);
    const from = { 'last-event-id': String(LAST_TOLD) };
    const allowedIn = async () => {
      const back = await watch('', from);
      await untilTold(back, LAST_TOLD + 2);
      return back.named<{ allowed: number }>('second').map(({ allowed }) => allowed);
    };
    expect(await allowedIn()).toEqual([999, 0]);
    server.tellSecond(LAST_TOLD + 1, 7_777);
    expect(await allowedIn()).toEqual([7_777, 0]);
  });

  it.each(['', 'abc', '-1', '17.5', '9'.repeat(40), `${LAST_TOLD - 5}-x`, '2999999999'])(
    'with an id that is none of ours begins anew: %s',
    async (id) => {
      const back = await watch('', { 'last-event-id': id });
      server.clock.nowMs += 1_000;
      await untilTold(back, LAST_TOLD + 1);
      expect(secondsOf(back)).toEqual([LAST_TOLD + 1]);
    },
  );
});
