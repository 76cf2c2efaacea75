import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createServerClock } from '../../components/traffic/server-clock';
import { WINDOW_START_MS } from './support/blocks';

describe('the server’s clock', () => {
  it('knows nothing before the first answer', () => {
    const clock = createServerClock(() => 5);
    expect(clock.now()).toBeUndefined();
    expect(clock.at(5)).toBeUndefined();
  });

  it('takes the server’s time to be read half-way', () => {
    let local = 100;
    const clock = createServerClock(() => local);
    clock.observe(WINDOW_START_MS, 80, 100);
    expect(clock.now()).toBe(WINDOW_START_MS + 10);
    local = 1_100;
    expect(clock.now()).toBe(WINDOW_START_MS + 1_010);
  });

  it('believes a quick exchange over slower ones until it is old', () => {
    const clock = createServerClock(() => 0);
    clock.observe(WINDOW_START_MS, 0, 10);
    clock.observe(WINDOW_START_MS + 9_999, 100, 1_100);
    expect(clock.at(5)).toBe(WINDOW_START_MS);
    clock.observe(WINDOW_START_MS + 50_000, 40_000, 41_000);
    expect(clock.at(40_500)).toBe(WINDOW_START_MS + 50_000);
    clock.observe(WINDOW_START_MS + 60_000, 50_000, 50_020);
    expect(clock.at(50_010)).toBe(WINDOW_START_MS + 60_000);
  });

  it('is wrong by at most half of the quickest round trip', () => {
    const exchange = fc.record({
      gapMs: fc.nat(1_000),
      outMs: fc.integer({ min: 0, max: 2_000 }),
      backMs: fc.integer({ min: 0, max: 2_000 }),
    });
    fc.assert(
      fc.property(fc.array(exchange, { minLength: 1, maxLength: 5 }), fc.nat(1e9), (list, skew) => {
        const clock = createServerClock(() => 0);
        let local = 0;
        let quickest = Number.POSITIVE_INFINITY;
        for (const { gapMs, outMs, backMs } of list) {
          const sent = local + gapMs;
          local = sent + outMs + backMs;
          quickest = Math.min(quickest, outMs + backMs);
          clock.observe(sent + outMs + skew, sent, local);
        }
        expect(Math.abs((clock.at(local) ?? 0) - (local + skew))).toBeLessThanOrEqual(quickest / 2);
      }),
    );
  });
});
