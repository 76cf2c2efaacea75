import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addAnswers,
  answeredCount,
  CHART_SECONDS,
  chartSeconds,
  EMPTY_TALLY,
  percentile,
  successRate,
} from '../../components/traffic/statistics';
import { answerOf, WINDOW_START_MS } from './support/blocks';

const answers = fc.array(
  fc.record({
    outcome: fc.constantFrom('allowed', 'denied', 'degraded', 'error'),
    latencyMs: fc.double({ min: 0, max: 10_000, noNaN: true }),
    receivedAtMs: fc.integer({ min: WINDOW_START_MS, max: WINDOW_START_MS + 59_999 }),
  }),
  { maxLength: 100 },
);

/** The smallest value that at least `share` of all values do not exceed. */
function naivePercentile(values: readonly number[], share: number): number | undefined {
  return values
    .filter((value) => values.filter((other) => other <= value).length >= share * values.length)
    .reduce<number | undefined>((least, value) => Math.min(least ?? value, value), undefined);
}

describe('percentiles', () => {
  it('agree with their definition', () => {
    const values = fc.array(fc.double({ min: 0, max: 1e4, noNaN: true }), { maxLength: 60 });
    // Hundredths, as the page asks for, and what rounding makes of 0.07 * 100.
    const share = fc.integer({ min: 1, max: 100 }).map((percent) => percent / 100);
    fc.assert(
      fc.property(values, share, (list, part) => {
        const exact = Math.abs(part * list.length - Math.round(part * list.length)) < 1e-9;
        fc.pre(!exact || Number.isInteger(part * list.length));
        expect(percentile(list, part)).toBe(naivePercentile(list, part));
      }),
    );
  });

  it.each([
    [[], 0.5, undefined],
    [[7], 0.95, 7],
    [[3, 1, 2, 4], 0.5, 2],
    [[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 0.95, 10],
    [[2, 1], 0, 1],
  ])('of %j at %d is %s', (values, share, expected) => {
    expect(percentile(values, share)).toBe(expected);
  });
});

describe('the tally', () => {
  it('counts every answer once, however they are dealt out', () => {
    fc.assert(
      fc.property(answers, fc.nat(100), (list, at) => {
        const all = list.map(({ outcome, ...rest }) => answerOf(outcome, rest));
        const once = addAnswers(EMPTY_TALLY, all);
        const twice = addAnswers(addAnswers(EMPTY_TALLY, all.slice(0, at)), all.slice(at));
        expect(twice).toEqual(once);
        expect(answeredCount(once)).toBe(all.length);
        const seconds = once.seconds.reduce(
          (sum, { allowed, denied }) => sum + allowed + denied,
          0,
        );
        expect(seconds).toBe(all.length - once.counts.error);
        expect(once.latenciesMs).toHaveLength(all.length - once.counts.error);
      }),
    );
  });

  it('takes what passed uncounted for a success, and failures for none', () => {
    const tally = addAnswers(EMPTY_TALLY, [
      answerOf('allowed'),
      answerOf('degraded'),
      answerOf('denied'),
      answerOf('error'),
    ]);
    expect(successRate(tally)).toBe(0.5);
    expect(successRate(EMPTY_TALLY)).toBeUndefined();
    expect(tally.seconds).toEqual([{ second: WINDOW_START_MS / 1_000 + 4, allowed: 2, denied: 1 }]);
  });

  it('stays bounded: 1,000 latencies, two minutes of seconds', () => {
    let tally = EMPTY_TALLY;
    for (let second = 0; second < 500; second++) {
      const receivedAtMs = WINDOW_START_MS + second * 1_000;
      const burst = Array.from({ length: 5 }, () => answerOf('allowed', { receivedAtMs }));
      tally = addAnswers(tally, burst);
    }
    expect(tally.latenciesMs).toHaveLength(1_000);
    expect(tally.seconds).toHaveLength(2 * CHART_SECONDS);
    expect(tally.counts.allowed).toBe(2_500);
  });

  it('is the same object when nothing came, so that nothing is drawn again', () => {
    expect(addAnswers(EMPTY_TALLY, [])).toBe(EMPTY_TALLY);
  });
});

describe('the chart', () => {
  it('has a minute of consecutive seconds, the empty ones at zero', () => {
    const tally = addAnswers(EMPTY_TALLY, [answerOf('denied')]);
    const seconds = chartSeconds(tally, WINDOW_START_MS + 10_500);
    expect(seconds).toHaveLength(CHART_SECONDS);
    const last = WINDOW_START_MS / 1_000 + 10;
    expect(seconds.map(({ second }) => last - second)).toEqual(
      Array.from({ length: CHART_SECONDS }, (_, index) => CHART_SECONDS - 1 - index),
    );
    expect(seconds.filter(({ denied }) => denied > 0)).toEqual([
      { second: last - 6, allowed: 0, denied: 1 },
    ]);
  });
});
