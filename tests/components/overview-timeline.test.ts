import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LiveSecond } from '../../components/live/feed';
import { figuresOf, rateWords, shareWords } from '../../components/overview/figures';
import type { Report } from '../../components/overview/report';
import { byVerdict } from '../../components/overview/shares';
import { tableSteps } from '../../components/overview/table-steps';
import { ratesOf, timelineOf, withSeconds } from '../../components/overview/timeline';

const FROM = 1_790_000_000;

function secondAt(at: number, allowed = 1): LiveSecond {
  return { at, allowed, denied: 2, errors: 1, p50_ms: 1, p95_ms: 2, p99_ms: 3 };
}

/** A report that tells `counts[0]` allowed requests of its first step, and so on. */
function reportOf(counts: readonly number[], step = 1, to = FROM + counts.length * step): Report {
  const none = counts.map(() => 0);
  const unknown = counts.map(() => null);
  return {
    server_time: '2026-09-21T00:00:00.000Z',
    from: FROM,
    to,
    step_seconds: step,
    series: {
      allowed: [...counts],
      denied: none,
      errors: none,
      p50_ms: unknown,
      p95_ms: unknown,
      p99_ms: unknown,
    },
    totals: {
      allowed: counts.reduce((sum, count) => sum + count, 0),
      denied: 0,
      errors: 0,
      latency_ms: { p50: null, p95: null, p99: null, mean: null, max: null },
    },
    routes: [],
    policies: [],
    replicas: [],
    blocked: { total: 0, error_bound: 0, clients: [] },
  };
}

describe('a timeline', () => {
  it('slides on by the seconds that passed and stays as long as it was', () => {
    const timeline = withSeconds(timelineOf(reportOf([1, 2, 3, 4])), [
      secondAt(FROM + 4, 5),
      secondAt(FROM + 5, 6),
    ]);
    expect(timeline).toMatchObject({ from: FROM + 2, to: FROM + 6, allowed: [3, 4, 5, 6] });
    expect(timeline.at).toEqual([FROM + 2, FROM + 3, FROM + 4, FROM + 5]);
    expect(timeline.p95).toEqual([null, null, 2, 2]);
  });

  it('believes the report, which was counted later, over the seconds that it has', () => {
    const told = timelineOf(reportOf([1, 2, 3, 4, 5]));
    expect(withSeconds(told, [secondAt(FROM + 1, 9), secondAt(FROM + 2, 9)])).toBe(told);
    expect(withSeconds(told, [])).toBe(told);
  });

  it('believes the feed over the last seconds of the report, which had hardly ended', () => {
    const told = timelineOf(reportOf([1, 2, 3, 4, 0]));
    const timeline = withSeconds(told, [secondAt(FROM + 2, 9), secondAt(FROM + 4, 5)]);
    expect(timeline).toMatchObject({ from: FROM, to: FROM + 5, allowed: [1, 2, 3, 4, 5] });
  });

  it('leaves a gap where a second was missed', () => {
    const { allowed } = withSeconds(timelineOf(reportOf([1, 2, 3])), [secondAt(FROM + 4, 5)]);
    expect(allowed).toEqual([3, null, 5]);
  });

  it('does not move where a step is longer than a second', () => {
    const told = timelineOf(reportOf([60, 60], 60));
    expect(withSeconds(told, [secondAt(FROM + 120)])).toBe(told);
  });

  it('has consecutive seconds and the newest last, whatever came and however late', () => {
    const told = timelineOf(reportOf(Array.from({ length: 20 }, (_, index) => index)));
    const gaps = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(gaps, (passed) => {
        let at = told.to - 1;
        const seconds = passed.map((more) => {
          at += more;
          return secondAt(at);
        });
        const timeline = withSeconds(told, seconds);
        expect(timeline.at).toHaveLength(20);
        expect(timeline.at.at(-1)).toBe(at);
        expect(timeline.to - timeline.from).toBe(20);
        expect(timeline.at).toEqual(timeline.at.map((_, index) => timeline.from + index));
        for (const column of [timeline.allowed, timeline.p99]) expect(column).toHaveLength(20);
      }),
    );
  });

  it('tells rates of its steps, the last one by what there is of it yet', () => {
    const timeline = timelineOf(reportOf([120, 60, 30], 60, FROM + 150));
    expect(ratesOf(timeline, timeline.allowed)).toEqual([2, 1, 1]);
    expect(ratesOf(timeline, [null, 60, 0])).toEqual([null, 1, 0]);
  });
});

describe('the numbers', () => {
  it('are the sums of what the charts show', () => {
    const report = reportOf([5, 5, 5]);
    const timeline = withSeconds(timelineOf(report), [secondAt(FROM + 3, 7)]);
    expect(figuresOf(timeline, report)).toMatchObject({
      allowed: 17,
      denied: 2,
      errors: 1,
      shares: { allowed: 0.85, denied: 0.1, errors: 0.05 },
      success: 17 / 18,
      mean: 20 / 3,
    });
  });

  it('have no shares without requests', () => {
    const report = reportOf([0, 0]);
    const { success, shares, mean } = figuresOf(timelineOf(report), report);
    expect([success, shares.allowed, mean]).toEqual([undefined, undefined, 0]);
  });

  it.each([
    [undefined, '–'],
    [0, '0 %'],
    [1, '100 %'],
    [0.99999, '99.99 %'],
    [0.57, '57 %'],
    [0.29, '29 %'],
    [0.00001, '<0.01 %'],
  ])('never round %s up to everything or down to nothing: %s', (share, words) => {
    expect(shareWords(share)).toBe(words);
  });

  it.each([
    [0, '0'],
    [0.01, '<0.1'],
    [0.26, '0.3'],
    [12.34, '12.3'],
    [1_234.5, '1,235'],
    [12_345_678, '12.3M'],
  ])('tell a rate of %d as %s', (rate, words) => {
    expect(rateWords(rate)).toBe(words);
  });
});

describe('the table for those who do not see the charts', () => {
  it('has every request of the timeline in at most 60 rows', () => {
    const counts = Array.from({ length: 3_600 }, (_, index) => index % 7);
    const rows = tableSteps(timelineOf(reportOf(counts)));
    expect(rows).toHaveLength(60);
    expect(rows.reduce((sum, { allowed }) => sum + allowed, 0)).toBe(
      counts.reduce((sum, count) => sum + count, 0),
    );
    expect(rows[1]?.at).toBe(FROM + 60);
  });

  it('tells the highest of the latencies that a row stands for', () => {
    const report = reportOf(Array.from({ length: 120 }, () => 1));
    report.series.p95_ms[2] = 4;
    report.series.p95_ms[3] = 9;
    expect(
      tableSteps(timelineOf(report))
        .map(({ p95 }) => p95)
        .slice(0, 3),
    ).toEqual([null, 9, null]);
  });
});

describe('shares', () => {
  const share = (name: string, allowed: number, denied: number) => ({
    name,
    allowed,
    denied,
    errors: 0,
    p95_ms: null,
  });
  const shares = [share('busy', 90, 1), share('refused', 5, 40), share('clean', 20, 0)];

  it('are in the order of all their requests', () => {
    expect(byVerdict(shares, undefined).map(({ name }) => name)).toEqual([
      'busy',
      'refused',
      'clean',
    ]);
  });

  it('are in the order of one verdict, without those that had none of it', () => {
    expect(byVerdict(shares, 'denied').map(({ name }) => name)).toEqual(['refused', 'busy']);
    expect(byVerdict(shares, 'error')).toEqual([]);
  });
});
