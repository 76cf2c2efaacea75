import { describe, expect, it } from 'vitest';
import { MOST_SERIES, type Sample } from '../../../lib/telemetry/metrics/family';
import { createHistograms } from '../../../lib/telemetry/metrics/histogram';
import { createTally } from '../../../lib/telemetry/metrics/tally';
import { OTHER } from '../../../lib/telemetry/traffic';

const VARIANTS = 3;
const tallyOf = (commonOf?: (variant: number) => number) =>
  createTally({
    labelsOf: (route, variant) => ({ route, variant }),
    commonVariants: VARIANTS,
    ...(commonOf && { commonOf }),
  });

const sum = (samples: readonly Sample[]) => samples.reduce((total, { value }) => total + value, 0);
const withRoute = (samples: readonly Sample[], route: string) =>
  samples.filter(({ labels }) => labels.route === route);
const keyOf = ({ labels }: Sample) => JSON.stringify(labels);

describe('a tally', () => {
  it('counts each name and variant apart', () => {
    const tally = tallyOf();
    tally.add('a', 0);
    tally.add('a', 0);
    tally.add('a', 1);
    tally.add('b', 0, 5);
    expect(tally.samples()).toEqual([
      { labels: { route: 'a', variant: 0 }, value: 2 },
      { labels: { route: 'a', variant: 1 }, value: 1 },
      { labels: { route: 'b', variant: 0 }, value: 5 },
    ]);
  });

  it('has room for so many series, counts the rest as other, and loses nothing', () => {
    const tally = tallyOf();
    for (let name = 0; name < 5_000; name++) tally.add(`route-${name}`, name % VARIANTS);
    const samples = tally.samples();
    expect(samples).toHaveLength(MOST_SERIES);
    expect(withRoute(samples, OTHER)).toHaveLength(VARIANTS);
    expect(withRoute(samples, 'route-0')).toHaveLength(1);
    expect(sum(samples)).toBe(5_000);
  });

  it('goes on counting what it knows apart when there is no more room', () => {
    const tally = tallyOf();
    for (let name = 0; name < 5_000; name++) tally.add(`route-${name}`, 0);
    tally.add('route-7', 0);
    expect(withRoute(tally.samples(), 'route-7')).toEqual([
      { labels: { route: 'route-7', variant: 0 }, value: 2 },
    ]);
  });

  it('makes one of the variants of other where they are too many', () => {
    const tally = tallyOf(() => 0);
    for (let name = 0; name < 5_000; name++) tally.add(`route-${name}`, name);
    expect(withRoute(tally.samples(), OTHER)).toHaveLength(1);
    expect(tally.samples().length).toBeLessThanOrEqual(MOST_SERIES);
  });

  it('tells no series twice, also where something is called other', () => {
    const tally = tallyOf();
    tally.add(OTHER, 0);
    for (let name = 0; name < 5_000; name++) tally.add(`route-${name}`, 0);
    const keys = tally.samples().map(keyOf);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('tells values that later counting does not change', () => {
    const tally = tallyOf();
    tally.add('a', 0);
    const before = tally.samples();
    tally.add('a', 0);
    expect(sum(before)).toBe(1);
  });
});

const sampleAt = (samples: readonly Sample[], metricName: string, le?: number | string) =>
  samples.find((sample) => sample.metricName === metricName && sample.labels.le === le)?.value;

describe('histograms', () => {
  const histogramsOf = () => createHistograms([0.01, 0.1], (route) => ({ route }));
  const samplesOf = (histograms: ReturnType<typeof histogramsOf>) =>
    histograms.family('time', 'How long.').values;

  it('counts a duration in its bucket and in all above it, the bound included', () => {
    const histograms = histogramsOf();
    for (const ms of [0, 10, 10.001, 100, 5_000]) histograms.observe('a', ms);
    const samples = samplesOf(histograms);
    expect(sampleAt(samples, 'time_bucket', 0.01)).toBe(2);
    expect(sampleAt(samples, 'time_bucket', 0.1)).toBe(4);
    expect(sampleAt(samples, 'time_bucket', '+Inf')).toBe(5);
    expect(sampleAt(samples, 'time_count')).toBe(5);
    expect(sampleAt(samples, 'time_sum')).toBeCloseTo(5.120_001, 9);
  });

  it('has at most so many series, with the rest under other', () => {
    const histograms = histogramsOf();
    for (let name = 0; name < 5_000; name++) histograms.observe(`route-${name}`, 1);
    const samples = samplesOf(histograms);
    expect(samples.length).toBeLessThanOrEqual(MOST_SERIES);
    const counts = samples.filter(({ metricName }) => metricName === 'time_count');
    expect(sum(counts)).toBe(5_000);
    expect(sum(withRoute(counts, OTHER))).toBeGreaterThan(4_000);
    expect(new Set(samples.map((sample) => sample.metricName + keyOf(sample))).size).toBe(
      samples.length,
    );
  });
});
