import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHistoryLoader, type HistoryLoader } from '@/lib/telemetry/traffic/history-loader';
import type { Frame } from '@/lib/telemetry/traffic/port';
import { frameOf } from './traffic';

const SECOND = 1_000;

beforeEach(() => {
  vi.useFakeTimers();
});

let loader: HistoryLoader | undefined;
afterEach(() => {
  loader?.close();
  vi.useRealTimers();
});

interface Load {
  readonly atMs: number;
  /** How far it goes back, seconds. */
  readonly back: number;
}

/** A loader that has loaded everything once, and when it loads again. */
async function openLoader(frames: () => AsyncIterable<Frame> = async function* () {}) {
  const loads: Load[] = [];
  const told: Frame[] = [];
  const failures: unknown[] = [];
  const begunMs = Date.now();
  loader = createHistoryLoader({
    link: {
      load(sinceSeconds) {
        const nowMs = Date.now();
        loads.push({ atMs: nowMs - begunMs, back: Math.floor(nowMs / SECOND) - sinceSeconds });
        return frames();
      },
    },
    onFrame: (frame) => told.push(frame),
    now: Date.now,
    onFailure: (error) => failures.push(error),
    onRecovered: () => failures.push('recovered'),
  });
  await loader.loaded;
  return { loader, loads, told, failures };
}

describe('the loading of what was missed', () => {
  it('goes back to what was heard last and little further, whatever the hour', async () => {
    const { loader, loads } = await openLoader();
    await vi.advanceTimersByTimeAsync(600 * SECOND);
    loader.heard();
    await vi.advanceTimersByTimeAsync(10 * SECOND);
    loader.gap();
    await vi.advanceTimersByTimeAsync(0);
    expect(loads).toEqual([
      { atMs: 0, back: 7 * 86_400 },
      { atMs: 610 * SECOND, back: 130 },
    ]);
  });

  it('is done at once after a single gap, and for many rarely and ever more rarely', async () => {
    const { loader, loads } = await openLoader();
    await vi.advanceTimersByTimeAsync(70 * SECOND);
    loads.length = 0;
    for (let seconds = 0; seconds < 600; seconds += 2) {
      loader.gap();
      await vi.advanceTimersByTimeAsync(2 * SECOND);
    }
    const rests = loads.slice(1).map(({ atMs }, index) => atMs - (loads[index]?.atMs ?? 0));
    expect(rests.slice(0, 5)).toEqual([5, 10, 20, 40, 60].map((seconds) => seconds * SECOND));
    expect(Math.min(...rests.slice(5))).toBeGreaterThanOrEqual(60 * SECOND);
    await vi.advanceTimersByTimeAsync(200 * SECOND);
    const before = loads.length;
    loader.gap();
    await vi.advanceTimersByTimeAsync(0);
    expect(loads).toHaveLength(before + 1);
  });

  it('covers all gaps that came while it rested', async () => {
    const { loader, loads } = await openLoader();
    await vi.advanceTimersByTimeAsync(70 * SECOND);
    loader.gap();
    await vi.advanceTimersByTimeAsync(SECOND);
    loader.heard();
    loader.gap();
    await vi.advanceTimersByTimeAsync(SECOND);
    loader.gap();
    await vi.advanceTimersByTimeAsync(10 * SECOND);
    expect(loads.slice(1).map(({ atMs }) => atMs)).toEqual([70 * SECOND, 75 * SECOND]);
    expect(loads.at(-1)?.back).toBe(124);
  });

  it('is tried again with what came before it failed told already', async () => {
    let tries = 0;
    const first = frameOf({ instance: 'first' });
    const { loader, told, failures } = await openLoader(async function* () {
      tries += 1;
      yield first;
      if (tries === 1) throw new Error('away');
      yield frameOf({ instance: 'second' });
    });
    expect(told).toEqual([first]);
    loader.gap();
    await vi.advanceTimersByTimeAsync(0);
    expect(told.map(({ instance }) => instance)).toEqual(['first', 'first', 'second']);
    expect(failures).toEqual([new Error('away'), 'recovered']);
  });
});
