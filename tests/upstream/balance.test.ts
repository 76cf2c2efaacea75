import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balancers, type Candidate, hashOf } from '../../lib/upstream/balance';

interface Drawn extends Candidate {
  readonly url: string;
  weight: number;
  inFlight: number;
}

function candidatesOf(...weights: number[]): Drawn[] {
  return weights.map((weight, index) => {
    const url = `http://10.0.0.${index + 1}:8080`;
    return { url, weight, inFlight: 0, seed: hashOf(url), credit: 0 };
  });
}

/** How often each is picked, each pick with a key of its own. */
function shares(name: keyof typeof balancers, candidates: readonly Candidate[], picks: number) {
  const counts = candidates.map(() => 0);
  for (let pick = 0; pick < picks; pick++) {
    const index = balancers[name].pick(candidates, `client-${pick}`);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}

const someWeights = fc
  .array(fc.nat({ max: 10 }), { minLength: 1, maxLength: 8 })
  .filter((weights) => weights.some((weight) => weight > 0));

const names = ['round-robin', 'least-connections', 'consistent-hash'] as const;

describe.each(names)('balancing by %s', (name) => {
  const { pick } = balancers[name];

  it('picks nothing where there is nothing to pick', () => {
    expect(pick([], 'key')).toBe(-1);
    expect(pick(candidatesOf(0, 0), 'key')).toBe(-1);
  });

  it('picks the only one every time', () => {
    expect(shares(name, candidatesOf(3), 10)).toEqual([10]);
  });

  it('gives each target its share of the requests', () => {
    const property = fc.property(someWeights, (weights) => {
      const picks = 4_000;
      const total = weights.reduce((sum, weight) => sum + weight);
      const counts = shares(name, candidatesOf(...weights), picks);
      weights.forEach((weight, index) => {
        const expected = (picks * weight) / total;
        // Six standard deviations of a fair draw.
        const slack = 1 + 6 * Math.sqrt(expected * (1 - weight / total));
        expect(Math.abs((counts[index] ?? 0) - expected)).toBeLessThanOrEqual(slack);
      });
    });
    fc.assert(property, { numRuns: 50 });
  });

  it('never picks a target without a weight', () => {
    const property = fc.property(someWeights, fc.string(), (weights, key) => {
      const candidates = candidatesOf(...weights);
      expect(candidates[pick(candidates, key)]?.weight).toBeGreaterThan(0);
    });
    fc.assert(property);
  });

  it('shares among those that are left out of nothing', () => {
    const candidates = candidatesOf(1, 1, 1);
    shares(name, candidates, 100);
    const [first = 0, second = 0] = shares(name, candidates.slice(1), 1_000);
    expect(first + second).toBe(1_000);
    expect(Math.min(first, second)).toBeGreaterThan(400);
  });
});

describe('round robin', () => {
  it('interleaves weights', () => {
    const candidates = candidatesOf(5, 1, 1);
    const order = Array.from({ length: 7 }, () => balancers['round-robin'].pick(candidates, ''));
    expect(order).toEqual([0, 0, 1, 0, 2, 0, 0]);
  });

  it('is exact over every whole turn', () => {
    const property = fc.property(someWeights, (weights) => {
      const total = weights.reduce((sum, weight) => sum + weight);
      expect(shares('round-robin', candidatesOf(...weights), 3 * total)).toEqual(
        weights.map((weight) => 3 * weight),
      );
    });
    fc.assert(property);
  });
});

describe('least connections', () => {
  it('picks the target with the least in flight for its weight', () => {
    const candidates = candidatesOf(1, 4, 1);
    for (const [index, inFlight] of [2, 6, 3].entries()) {
      const candidate = candidates[index];
      if (candidate !== undefined) candidate.inFlight = inFlight;
    }
    expect(balancers['least-connections'].pick(candidates, '')).toBe(1);
  });

  it('keeps what is in flight level when requests never end', () => {
    const property = fc.property(someWeights, (weights) => {
      const candidates = candidatesOf(...weights);
      for (let request = 0; request < 200; request++) {
        const candidate = candidates[balancers['least-connections'].pick(candidates, '')];
        if (candidate !== undefined) candidate.inFlight += 1;
      }
      const loads = candidates
        .filter(({ weight }) => weight > 0)
        .map(({ inFlight, weight }) => inFlight / weight);
      expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
    });
    fc.assert(property);
  });
});

describe('consistent hash', () => {
  const { pick } = balancers['consistent-hash'];
  const keys = Array.from({ length: 500 }, (_, index) => `ip:10.1.${index % 256}.${index}`);

  it('picks the same target for the same key, whatever the order of targets', () => {
    const property = fc.property(someWeights, fc.string(), (weights, key) => {
      const candidates = candidatesOf(...weights);
      const reversed = candidates.toReversed();
      const picked = candidates[pick(candidates, key)];
      expect(reversed[pick(reversed, key)]).toBe(picked);
    });
    fc.assert(property);
  });

  it('moves only the keys of a target that is gone', () => {
    const atLeastTwo = fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 2, maxLength: 8 });
    const property = fc.property(atLeastTwo, fc.nat(7), (weights, gone) => {
      const candidates = candidatesOf(...weights);
      const left = candidates.toSpliced(gone % weights.length, 1);
      for (const key of keys) {
        const before = candidates[pick(candidates, key)];
        if (before !== undefined && left.includes(before))
          expect(left[pick(left, key)]).toBe(before);
      }
    });
    fc.assert(property, { numRuns: 50 });
  });

  it('moves keys only to a target that got more weight', () => {
    const candidates = candidatesOf(2, 2, 2);
    const grown = candidates.map((candidate, index) =>
      index === 0 ? { ...candidate, weight: 3 } : candidate,
    );
    let moved = 0;
    for (const key of keys) {
      const [before, after] = [pick(candidates, key), pick(grown, key)];
      if (before === after) continue;
      moved += 1;
      expect(after).toBe(0);
    }
    // From a third of them to three sevenths.
    expect(moved / keys.length).toBeGreaterThan(0.04);
    expect(moved / keys.length).toBeLessThan(0.16);
  });

  it('spreads the keys of a target that is gone over all others', () => {
    const candidates = candidatesOf(1, 1, 1, 1);
    const left = candidates.slice(1);
    const orphans = keys.filter((key) => pick(candidates, key) === 0);
    const heirs = new Set(orphans.map((key) => pick(left, key)));
    expect(heirs).toEqual(new Set([0, 1, 2]));
  });
});
