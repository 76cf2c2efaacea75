import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSampler } from '@/lib/telemetry/traffic/sampler';

const PER_SECOND = 100;
const SECOND = 1_000;

/** Times at which requests come, ms: seconds of different rates. */
const arrivals = fc
  .array(fc.integer({ min: 0, max: 1_500 }), { minLength: 1, maxLength: 6 })
  .map((rates) =>
    rates.flatMap((rate, second) =>
      Array.from({ length: rate }, (_, index) => (second + index / rate) * SECOND),
    ),
  );

describe('a sampler', () => {
  it('takes all while they come no faster than its rate', () => {
    const sampler = createSampler(PER_SECOND);
    for (let request = 0; request < 1_000; request++) {
      expect(sampler.take((request / PER_SECOND) * SECOND)).toBe(1);
    }
  });

  it('lets those it takes stand for all that came', () => {
    fc.assert(
      fc.property(arrivals, (times) => {
        const sampler = createSampler(PER_SECOND);
        let weights = 0;
        for (const [index, time] of times.entries()) {
          const weight = sampler.take(time);
          weights += weight;
          if (weight > 0) expect(weights).toBe(index + 1);
        }
      }),
    );
  });

  it('tells of those that no later one stands for, once none has come for a second', () => {
    fc.assert(
      fc.property(arrivals, (times) => {
        const sampler = createSampler(PER_SECOND);
        let told = 0;
        for (const time of times) told += sampler.rest(time) + sampler.take(time);
        const last = times.at(-1) ?? 0;
        expect(sampler.rest(last)).toBe(0);
        told += sampler.rest(last + 2 * SECOND);
        expect(told).toBe(times.length);
        expect(sampler.rest(Number.POSITIVE_INFINITY)).toBe(0);
      }),
    );
  });

  it('takes at most twice its rate in a second, however many come', () => {
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 1, max: 100 }), (times, perSecond) => {
        const sampler = createSampler(perSecond);
        const taken = new Map<number, number>();
        for (const time of times) {
          const second = Math.floor(time / SECOND);
          if (sampler.take(time) > 0) taken.set(second, (taken.get(second) ?? 0) + 1);
        }
        for (const count of taken.values()) expect(count).toBeLessThanOrEqual(2 * perSecond);
      }),
    );
  });

  it('takes about its rate of a steady flood', () => {
    const sampler = createSampler(PER_SECOND);
    const rate = 15_000;
    let taken = 0;
    for (let request = 0; request < 10 * rate; request++) {
      if (sampler.take((request / rate) * SECOND) > 0) taken += 1;
    }
    expect(taken).toBeGreaterThan(9 * PER_SECOND);
    expect(taken).toBeLessThan(13 * PER_SECOND);
  });

  it('gives each place in a steady flood the same chance', () => {
    const sampler = createSampler(PER_SECOND);
    const rate = 1_000;
    const seconds = 4_000;
    const taken = new Array<number>(10).fill(0);
    for (let request = 0; request < seconds * rate; request++) {
      const weight = sampler.take((request / rate) * SECOND);
      const place = Math.floor((request % rate) / 100);
      if (weight > 0 && request >= rate) taken[place] = (taken[place] ?? 0) + 1;
    }
    // Nine standard deviations of a draw for each hundred: 40,000 expected, 190 deviation at most.
    for (const count of taken) expect(Math.abs(count - 40_000)).toBeLessThan(1_800);
  });

  it('is not misled by a rhythm of what comes', () => {
    const sampler = createSampler(PER_SECOND);
    const rate = 1_000;
    const seconds = 200;
    let taken = 0;
    let even = 0;
    for (let request = 0; request < seconds * rate; request++) {
      if (sampler.take((request / rate) * SECOND) === 0) continue;
      taken += 1;
      if (request % 2 === 0) even += 1;
    }
    // 20,000 draws: 71 is one standard deviation.
    expect(Math.abs(even - taken / 2)).toBeLessThan(640);
  });

  it('takes the first again after a quiet second', () => {
    const sampler = createSampler(PER_SECOND);
    for (let request = 0; request < 5_000; request++) sampler.take(request / 5);
    expect(sampler.take(5 * SECOND)).toBeGreaterThan(0);
  });
});
