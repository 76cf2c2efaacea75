import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { frameSchema } from '@/lib/telemetry/traffic/frame-schema';
import { decodeLatency } from '@/lib/telemetry/traffic/latency-histogram';
import type { Frame, Slot } from '@/lib/telemetry/traffic/port';
import { createRecorder, type Recorder } from '@/lib/telemetry/traffic/recorder';
import { requestRecord, requestsOf } from './traffic';

const START_MS = 1_750_000_020_000;
const START = START_MS / 1_000;
const NEVER_MS = 2 ** 30;

let recorder: Recorder | undefined;
afterEach(() => recorder?.close());

function recording() {
  const frames: Frame[] = [];
  const clock = { nowMs: START_MS };
  const made = createRecorder({
    replica: 'here',
    now: () => clock.nowMs,
    flushMs: NEVER_MS,
    onFrame: (frame) => frames.push(frame),
  });
  recorder = made;
  return { recorder: made, frames, clock };
}

/** The last telling of each slot. */
function latest(slots: readonly Slot[]): Slot[] {
  return [...new Map(slots.map((slot) => [slot.at, slot])).values()];
}

describe('a recorder', () => {
  it('counts requests by route and policy, and each as one of three', () => {
    const { recorder, frames } = recording();
    recorder.onAnswer(requestRecord({ latencyMs: 4 }));
    recorder.onAnswer(requestRecord({ isRefused: true, latencyMs: 2 }));
    recorder.onAnswer(requestRecord({ status: 502 }));
    recorder.onAnswer(requestRecord({ isRefused: true, status: 503 }));
    recorder.onAnswer(requestRecord({ route: '/other', policy: undefined }));
    recorder.flush();
    const [frame] = frames;
    expect(frame?.seconds).toMatchObject([
      {
        at: START,
        cells: [
          { route: '/api', policy: 'basic', allowed: 1, denied: 1, errors: 2 },
          { route: '/other', policy: 'basic', allowed: 1, denied: 0, errors: 0 },
        ],
      },
    ]);
    expect(decodeLatency(frame?.seconds[0]?.cells[0]?.latency ?? '')?.maxMs).toBe(4);
  });

  it('names what no policy decided by a dash', () => {
    const { recorder, frames } = recording();
    const record = requestRecord();
    record.admission = undefined;
    record.status = 500;
    recorder.onAnswer(record);
    recorder.flush();
    expect(frames[0]?.seconds[0]?.cells[0]).toMatchObject({ policy: '-', errors: 1 });
    expect(frames[0]?.decisions[0]).toMatchObject({ policy: '-', identity: null });
  });

  it('tells nothing where nothing changed', () => {
    const { recorder, frames, clock } = recording();
    recorder.flush();
    expect(frames).toHaveLength(0);
    recorder.onAnswer(requestRecord());
    recorder.flush();
    clock.nowMs += 5_000;
    recorder.flush();
    expect(frames).toHaveLength(1);
  });

  it('tells a second again, whole, when it has grown', () => {
    const { recorder, frames, clock } = recording();
    recorder.onAnswer(requestRecord());
    recorder.onAnswer(requestRecord({ route: '/b' }));
    recorder.flush();
    clock.nowMs += 250;
    recorder.onAnswer(requestRecord());
    recorder.flush();
    expect(frames[1]?.seconds).toMatchObject([
      {
        at: START,
        cells: [
          { route: '/api', allowed: 2 },
          { route: '/b', allowed: 1 },
        ],
      },
    ]);
  });

  it('loses no request, in seconds or minutes, whenever it is asked', () => {
    const step = fc.record({
      forwardMs: fc.oneof(fc.constant(0), fc.integer({ min: -900, max: 45_000 })),
      route: fc.constantFrom('/a', '/b', '/c'),
      isRefused: fc.boolean(),
      flushes: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const { recorder, frames, clock } = recording();
        for (const { forwardMs, flushes, ...request } of steps) {
          clock.nowMs += forwardMs;
          recorder.onAnswer(requestRecord(request));
          if (flushes) recorder.flush();
        }
        recorder.close();
        for (const part of ['seconds', 'minutes'] as const) {
          const slots = latest(frames.flatMap((frame) => frame[part]));
          expect(requestsOf(slots)).toBe(steps.length);
        }
        for (const frame of frames) expect(frameSchema.safeParse(frame).success).toBe(true);
      }),
    );
  });

  it('counts in the second under way while the clock is put back a little', () => {
    const { recorder, frames, clock } = recording();
    recorder.onAnswer(requestRecord());
    clock.nowMs -= 3_000;
    recorder.onAnswer(requestRecord());
    recorder.flush();
    expect(frames[0]?.seconds).toMatchObject([{ at: START, cells: [{ allowed: 2 }] }]);
  });

  it('follows a clock that is put back by more than a minute', () => {
    const { recorder, frames, clock } = recording();
    clock.nowMs += 3_600_000;
    recorder.onAnswer(requestRecord());
    clock.nowMs -= 3_600_000;
    recorder.onAnswer(requestRecord());
    recorder.flush();
    expect(frames[0]?.seconds.map(({ at }) => at)).toEqual([START + 3_600, START]);
  });

  it('counts all cells beyond five hundred as one', () => {
    const { recorder, frames } = recording();
    for (let route = 0; route < 700; route++) {
      recorder.onAnswer(requestRecord({ route: `/route-${route}` }));
    }
    recorder.flush();
    const cells = frames[0]?.seconds[0]?.cells ?? [];
    expect(cells).toHaveLength(501);
    expect(cells.at(-1)).toMatchObject({ route: 'other', policy: 'other', allowed: 200 });
    expect(frameSchema.safeParse(frames[0]).success).toBe(true);
  });

  it('gives those a cell of their own in the next minute whose time has come', () => {
    const { recorder, frames, clock } = recording();
    for (let route = 0; route < 600; route++) {
      recorder.onAnswer(requestRecord({ route: `/route-${route}` }));
    }
    clock.nowMs += 60_000;
    recorder.onAnswer(requestRecord({ route: '/route-1' }));
    clock.nowMs += 60_000;
    recorder.onAnswer(requestRecord({ route: '/route-599' }));
    recorder.flush();
    expect(frames[0]?.seconds.at(-1)?.cells[0]).toMatchObject({ route: '/route-599' });
  });

  it('shows requests one by one, each with its weight, and takes no more than it may', () => {
    const { recorder, frames, clock } = recording();
    const records = Array.from({ length: 5_000 }, () => requestRecord({ isRefused: true }));
    for (const [index, record] of records.entries()) {
      clock.nowMs = START_MS + index / 5;
      recorder.onAnswer(record);
    }
    recorder.flush();
    const decisions = frames[0]?.decisions ?? [];
    expect(decisions.length).toBeGreaterThanOrEqual(100);
    expect(decisions.length).toBeLessThanOrEqual(200);
    const weighted = records.filter(({ weight }) => weight > 0);
    expect(decisions.map(({ weight }) => weight)).toEqual(weighted.map(({ weight }) => weight));
    expect(decisions[0]).toEqual({
      id: 'request-1',
      at: START_MS,
      replica: 'here',
      method: 'GET',
      path: '/api/data',
      identity: { kind: 'ip', value: '192.0.2.1' },
      route: '/api',
      policy: 'basic',
      verdict: 'denied',
      status: 429,
      duration_ms: 1,
      weight: 1,
    });
  });

  it('shows 200 characters of a path', () => {
    const { recorder, frames } = recording();
    recorder.onAnswer(requestRecord({ path: `/${'x'.repeat(5_000)}` }));
    recorder.flush();
    expect(frames[0]?.decisions[0]?.path).toBe(`/${'x'.repeat(198)}…`);
  });

  it.each([
    [
      { keyId: 'k1', user: 'ann', ip: '192.0.2.9' },
      { kind: 'key', value: 'k1' },
    ],
    [
      { user: 'ann', ip: '192.0.2.9' },
      { kind: 'user', value: 'ann' },
    ],
    [
      { user: 'u'.repeat(900), ip: '192.0.2.9' },
      { kind: 'user', value: `${'u'.repeat(255)}…` },
    ],
    [{ ip: '192.0.2.9' }, { kind: 'ip', value: '192.0.2.9' }],
  ])('names who was refused by key, user or address: %j', (identity, expected) => {
    const { recorder, frames } = recording();
    recorder.onAnswer(requestRecord({ identity, isRefused: true }));
    recorder.flush();
    expect(frames[0]?.blocked).toEqual([
      {
        at: START,
        span: 'minute',
        total: 1,
        floor: 0,
        clients: [{ ...expected, count: 1, error: 0 }],
      },
      {
        at: START - (START % 3_600),
        span: 'hour',
        total: 1,
        floor: 0,
        clients: [{ ...expected, count: 1, error: 0 }],
      },
    ]);
  });

  it('names who was refused for its credentials by its address', () => {
    const { recorder, frames } = recording();
    recorder.onAnswer(
      requestRecord({ identity: undefined, ip: '198.51.100.7', isRefused: true, status: 401 }),
    );
    recorder.onAnswer(requestRecord({ identity: undefined, isRefused: true, status: 401 }));
    recorder.flush();
    expect(frames[0]?.blocked[0]?.clients).toEqual([
      { kind: 'ip', value: '198.51.100.7', count: 1, error: 0 },
    ]);
    expect(frames[0]?.seconds).toMatchObject([{ cells: [{ denied: 2 }] }]);
  });

  it('does not name who was let in', () => {
    const { recorder, frames } = recording();
    recorder.onAnswer(requestRecord());
    recorder.flush();
    expect(frames[0]?.blocked).toEqual([]);
  });

  it('knows the requests of the last second', () => {
    const { recorder, clock } = recording();
    for (let request = 0; request < 7; request++) recorder.onAnswer(requestRecord());
    clock.nowMs += 1_000;
    recorder.flush();
    expect(recorder.requestsPerSecond()).toBe(7);
    clock.nowMs += 1_000;
    recorder.flush();
    expect(recorder.requestsPerSecond()).toBe(0);
  });

  it('tells by itself what it counted', async () => {
    const told = new Promise<Frame>((resolve) => {
      recorder = createRecorder({ replica: 'here', flushMs: 5, onFrame: resolve });
      recorder.onAnswer(requestRecord());
    });
    expect(requestsOf((await told).seconds)).toBe(1);
  });

  it('is one of its own in each life', () => {
    const lives = [recording(), recording()].map(({ recorder }) => recorder.instance);
    expect(new Set(lives).size).toBe(2);
  });
});
