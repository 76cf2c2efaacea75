import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statusAfter, statusAt } from '../../components/traffic/limiter-state';
import { answerOf, statusOf, WINDOW_MS, WINDOW_START_MS } from './support/blocks';

const windowIndex = WINDOW_START_MS / WINDOW_MS;

describe('a status carried forward', () => {
  it('stays as it is until its window ends', () => {
    const status = statusOf();
    expect(statusAt(status, WINDOW_START_MS + WINDOW_MS - 1)).toBe(status);
  });

  it('starts again with nothing used', () => {
    expect(statusAt(statusOf(), WINDOW_START_MS + WINDOW_MS)).toMatchObject({
      used: 0,
      remaining: 5,
      reset_in_ms: WINDOW_MS,
      key: `ratelimit:{203.0.113.7}:${windowIndex + 1}`,
    });
  });

  it('lands in the window that holds the moment, however late that is', () => {
    fc.assert(
      fc.property(fc.integer({ min: WINDOW_MS, max: 1e9 }), (laterMs) => {
        const nowMs = WINDOW_START_MS + laterMs;
        const { reset_at, reset_in_ms, key } = statusAt(statusOf(), nowMs);
        const resetMs = Date.parse(reset_at ?? '');
        expect(resetMs).toBeGreaterThan(nowMs);
        expect(resetMs - nowMs).toBeLessThanOrEqual(WINDOW_MS);
        expect(reset_in_ms).toBe(resetMs - nowMs);
        expect(key).toBe(`ratelimit:{203.0.113.7}:${Math.floor(nowMs / WINDOW_MS)}`);
      }),
    );
  });

  it('waits for the store while that fails', () => {
    const status = statusOf({ reset_at: null, enforced: false });
    expect(statusAt(status, WINDOW_START_MS + 1e6)).toBe(status);
  });
});

describe('a status after an answer', () => {
  it('knows what the answer told', () => {
    expect(statusAfter(statusOf(), answerOf('allowed', { remaining: 1 }))).toMatchObject({
      used: 4,
      remaining: 1,
    });
  });

  it('is not set back by an answer that was overtaken', () => {
    const status = statusOf({ used: 5, remaining: 0 });
    expect(statusAfter(status, answerOf('allowed', { remaining: 3 }))).toBe(status);
    const old = answerOf('denied', { resetAtMs: WINDOW_START_MS });
    expect(statusAfter(statusOf({ used: 0 }), old)).toMatchObject({ used: 0 });
  });

  it('moves to the window of the answer', () => {
    const resetAtMs = WINDOW_START_MS + 2 * WINDOW_MS;
    expect(statusAfter(statusOf(), answerOf('allowed', { remaining: 4, resetAtMs }))).toMatchObject(
      {
        used: 1,
        reset_at: new Date(resetAtMs).toISOString(),
        key: `ratelimit:{203.0.113.7}:${windowIndex + 1}`,
      },
    );
  });

  it('stops counting when the answer was degraded, and goes on with the next that is not', () => {
    const degraded = statusAfter(statusOf(), answerOf('degraded'));
    expect(degraded).toMatchObject({
      used: null,
      remaining: null,
      reset_at: null,
      enforced: false,
    });
    expect(statusAfter(degraded, answerOf('allowed', { remaining: 4 }))).toMatchObject({
      used: 1,
      enforced: true,
    });
  });

  it('learns nothing from a failure', () => {
    const status = statusOf();
    expect(statusAfter(status, answerOf('error'))).toBe(status);
  });
});
