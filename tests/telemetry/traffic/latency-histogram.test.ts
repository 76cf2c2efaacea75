import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latencyCount, packLatency } from '@/lib/telemetry/traffic/latency-code';
import { decodeLatency, LatencyHistogram } from '@/lib/telemetry/traffic/latency-histogram';

const HOUR_MS = 3_600_000;
const FINE = 0.008;
const COARSE = 0.04;

/** Spread over all powers of ten that are held. */
const latency = fc
  .double({ min: -3, max: Math.log10(HOUR_MS), noNaN: true })
  .map((exponent) => Math.min(10 ** exponent, HOUR_MS));
const latencies = fc.array(latency, { minLength: 1, maxLength: 400 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

function histogramOf(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

function exact(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(1, Math.ceil(share * values.length)) - 1] ?? Number.NaN;
}

function decoded(text: string): LatencyHistogram {
  const histogram = decodeLatency(text);
  if (histogram === undefined) throw new Error('was not decoded');
  return histogram;
}

describe('a latency histogram', () => {
  it('gives every percentile within 0.8 % of the exact one', () => {
    fc.assert(
      fc.property(latencies, share, (values, share) => {
        const expected = exact(values, share);
        const given = histogramOf(values).percentile(share) ?? Number.NaN;
        expect(Math.abs(given - expected)).toBeLessThanOrEqual(expected * FINE);
      }),
    );
  });

  it('gives every percentile within 4 % once it was encoded coarsely', () => {
    fc.assert(
      fc.property(latencies, share, (values, share) => {
        const expected = exact(values, share);
        const coarse = decoded(histogramOf(values).encode('coarse'));
        const given = coarse.percentile(share) ?? Number.NaN;
        expect(Math.abs(given - expected)).toBeLessThanOrEqual(expected * COARSE);
      }),
    );
  });

  it('knows mean and maximum to a microsecond', () => {
    fc.assert(
      fc.property(latencies, (values) => {
        const histogram = histogramOf(values);
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        expect(Math.abs((histogram.meanMs ?? 0) - mean)).toBeLessThanOrEqual(0.001);
        expect(Math.abs((histogram.maxMs ?? 0) - Math.max(...values))).toBeLessThanOrEqual(0.001);
      }),
    );
  });

  it('is, merged with another, the histogram of all their latencies', () => {
    fc.assert(
      fc.property(latencies, latencies, (ones, others) => {
        const union = histogramOf([...ones, ...others]).encode();
        const merged = histogramOf(ones);
        merged.merge(histogramOf(others));
        expect(merged.encode()).toBe(union);
        const packed = histogramOf(ones);
        packed.mergePacked(histogramOf(others).pack());
        expect(packed.encode()).toBe(union);
      }),
    );
  });

  it('is the same after it was encoded and decoded', () => {
    fc.assert(
      fc.property(latencies, (values) => {
        const histogram = histogramOf(values);
        expect(decoded(histogram.encode())).toEqual(histogram);
        expect(packLatency(histogram.encode())).toBe(histogram.pack());
        expect(latencyCount(histogram.encode())).toBe(values.length);
        expect(latencyCount(histogram.encode('coarse'))).toBe(values.length);
      }),
    );
  });

  it('is empty again once it was cleared', () => {
    fc.assert(
      fc.property(latencies, (values) => {
        const histogram = histogramOf(values);
        histogram.clear();
        expect(histogram).toEqual(new LatencyHistogram());
      }),
    );
  });

  it('has no figures and no text without latencies', () => {
    const histogram = new LatencyHistogram();
    expect(histogram.percentile(0.5)).toBeNull();
    expect(histogram.meanMs).toBeNull();
    expect(histogram.maxMs).toBeNull();
    expect(histogram.encode()).toBe('');
    expect(decoded('').count).toBe(0);
  });

  it.each([
    [0, 0.001],
    [-5, 0.001],
    [Number.NaN, 0.001],
    [1e12, HOUR_MS],
    [Number.POSITIVE_INFINITY, HOUR_MS],
  ])('counts %d ms as %d ms', (ms, counted) => {
    expect(histogramOf([ms]).maxMs).toBe(counted);
    expect(histogramOf([ms]).count).toBe(1);
  });

  it('merges counts beyond 32 bits exactly', () => {
    const histogram = histogramOf([1]);
    for (let doubling = 0; doubling < 40; doubling++) {
      const text = histogram.pack();
      histogram.mergePacked(text);
    }
    expect(histogram.count).toBe(2 ** 40);
    expect(decoded(histogram.encode()).count).toBe(2 ** 40);
    expect(histogram.meanMs).toBe(1);
  });
});

describe('an encoded histogram from elsewhere', () => {
  it('is refused or held within bounds, whatever it is', () => {
    const bytes = fc
      .uint8Array({ maxLength: 60 })
      .map((data) => Buffer.from(data).toString('base64'));
    fc.assert(
      fc.property(fc.oneof(bytes, fc.string(), fc.base64String()), (text) => {
        const histogram = decodeLatency(text);
        if (histogram === undefined) return;
        const { count, maxMs, meanMs } = histogram;
        expect(Number.isSafeInteger(count)).toBe(true);
        expect(maxMs ?? 0).toBeLessThanOrEqual(HOUR_MS);
        expect(meanMs ?? 0).toBeLessThanOrEqual(maxMs ?? 0);
        expect(histogram.percentile(0.99) ?? 0).toBeLessThanOrEqual(HOUR_MS);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is refused when it is cut short or holds a bit too much', () => {
    const text = histogramOf([1, 2, 300, 4_000]).pack();
    for (let length = 1; length < 3; length++) {
      const cut = Buffer.from(text.slice(0, length), 'latin1').toString('base64');
      expect(decodeLatency(cut)).toBeUndefined();
    }
    const unended = Buffer.from(`${text}\xff`, 'latin1').toString('base64');
    expect(decodeLatency(unended)).toBeUndefined();
    const beyond = Buffer.from(`${text}\xff\xff\x7f\x02`, 'latin1').toString('base64');
    expect(decodeLatency(beyond)).toBeUndefined();
  });

  it('is refused when it is longer than any histogram', () => {
    expect(decodeLatency('A'.repeat(1_000_000))).toBeUndefined();
  });
});
