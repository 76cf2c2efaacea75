import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLoopDelay } from '../../../lib/telemetry/metrics/loop-delay';

const STALL_SECONDS = 0.2;
const WINDOW_MS = 10_000;

beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval'] }));
afterEach(() => vi.useRealTimers());

/** Keeps the event loop from going on, and waits until that was measured. */
async function stall(longest: () => number): Promise<void> {
  // Lateness is that of a timer which runs.
  await sleep(50);
  const endMs = performance.now() + STALL_SECONDS * 1_000;
  while (performance.now() < endMs);
  await vi.waitFor(() => expect(longest()).toBeGreaterThan(STALL_SECONDS * 0.9));
}

function longestDelay(): () => number {
  const read = createLoopDelay();
  return () => read().values.find(({ labels }) => labels.statistic === 'max')?.value ?? 0;
}

describe('the delay of the event loop', () => {
  it('is told to whoever asks, however many asked before', async () => {
    const longest = longestDelay();
    await stall(longest);
    const told = Array.from({ length: 5 }, longest);
    for (const seconds of told) expect(seconds).toBeGreaterThan(STALL_SECONDS * 0.9);
  });

  it('is told for a window beyond the one it was in, and no longer', async () => {
    const longest = longestDelay();
    await stall(longest);
    vi.advanceTimersByTime(WINDOW_MS);
    const during = longest();
    vi.advanceTimersByTime(WINDOW_MS);
    expect(during).toBeGreaterThan(STALL_SECONDS * 0.9);
    expect(longest()).toBeLessThan(during);
  });

  it('is that of the worst worker, by statistic', () => {
    const { aggregator, values } = createLoopDelay()();
    expect(aggregator).toBe('max');
    expect(values.map(({ labels }) => labels)).toEqual(
      ['p50', 'p90', 'p99', 'max'].map((statistic) => ({ statistic })),
    );
  });
});
