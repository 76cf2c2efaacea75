import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockedMerge } from '@/lib/telemetry/traffic/blocked-merge';
import type { BlockedClient, BlockedSlot, TrafficIdentity } from '@/lib/telemetry/traffic/port';
import { SpaceSaving } from '@/lib/telemetry/traffic/space-saving';

const CAPACITY = 8;

const identity: fc.Arbitrary<TrafficIdentity> = fc.record({
  kind: fc.constantFrom('key' as const, 'user' as const, 'ip' as const),
  value: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'c') },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 60 }).map(String) },
  ),
});
const hits = fc.array(identity, { maxLength: 600 });

function nameOf({ kind, value }: TrafficIdentity): string {
  return `${kind} ${value}`;
}

function exactly(identities: readonly TrafficIdentity[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const identity of identities) {
    counts.set(nameOf(identity), (counts.get(nameOf(identity)) ?? 0) + 1);
  }
  return counts;
}

function sketchOf(identities: readonly TrafficIdentity[], capacity = CAPACITY): SpaceSaving {
  const sketch = new SpaceSaving(capacity);
  for (const identity of identities) sketch.hit(identity.kind, identity.value);
  return sketch;
}

function slotOf(identities: readonly TrafficIdentity[], listed: number): BlockedSlot {
  const sketch = sketchOf(identities);
  return { at: 0, span: 'minute', total: sketch.total, ...sketch.top(listed) };
}

function expectBounds(
  clients: readonly BlockedClient[],
  floor: number,
  truth: ReadonlyMap<string, number>,
): void {
  const listed = new Set(clients.map(nameOf));
  for (const client of clients) {
    const count = truth.get(nameOf(client)) ?? 0;
    expect(client.count).toBeGreaterThanOrEqual(count);
    expect(client.count - client.error).toBeLessThanOrEqual(count);
  }
  for (const [name, count] of truth) {
    if (!listed.has(name)) expect(count).toBeLessThanOrEqual(floor);
  }
}

describe('Space-Saving', () => {
  it('never counts too few, and too many by no more than it says', () => {
    fc.assert(
      fc.property(hits, fc.integer({ min: 1, max: CAPACITY }), (identities, listed) => {
        const { clients, floor } = sketchOf(identities).top(listed);
        expectBounds(clients, floor, exactly(identities));
      }),
    );
  });

  it('is off by at most the hits for each counter, and lists whoever came more often', () => {
    fc.assert(
      fc.property(hits, (identities) => {
        const { clients, floor } = sketchOf(identities).top(CAPACITY);
        const bound = identities.length / CAPACITY;
        expect(floor).toBeLessThanOrEqual(bound);
        for (const { error } of clients) expect(error).toBeLessThanOrEqual(bound);
        const listed = new Set(clients.map(nameOf));
        for (const [name, count] of exactly(identities)) {
          if (count > bound) expect(listed).toContain(name);
        }
      }),
    );
  });

  it('counts as many as came in all its counters together', () => {
    fc.assert(
      fc.property(hits, (identities) => {
        const sketch = sketchOf(identities);
        const { clients } = sketch.top(CAPACITY);
        expect(clients.reduce((sum, { count }) => sum + count, 0)).toBe(identities.length);
        expect(sketch.total).toBe(identities.length);
      }),
    );
  });

  it('lists the most frequent first', () => {
    fc.assert(
      fc.property(hits, (identities) => {
        const counts = sketchOf(identities)
          .top(CAPACITY)
          .clients.map(({ count }) => count);
        expect(counts).toEqual([...counts].sort((one, other) => other - one));
      }),
    );
  });

  it('is exact while there are counters for all', () => {
    fc.assert(
      fc.property(hits, (identities) => {
        const { clients, floor } = sketchOf(identities, 1_000).top(1_000);
        const counts = new Map(clients.map((client) => [nameOf(client), client.count]));
        expect(counts).toEqual(exactly(identities));
        expect(floor).toBe(0);
      }),
    );
  });

  it('counts alike once it was cleared', () => {
    fc.assert(
      fc.property(hits, hits, (before, identities) => {
        const sketch = sketchOf(before);
        sketch.clear();
        for (const identity of identities) sketch.hit(identity.kind, identity.value);
        expect(sketch.top(CAPACITY)).toEqual(sketchOf(identities).top(CAPACITY));
      }),
    );
  });

  it('tells a key from a user and an address of the same name', () => {
    const sketch = new SpaceSaving(10);
    for (const kind of ['key', 'user', 'ip'] as const) sketch.hit(kind, 'same');
    expect(sketch.top(10).clients).toHaveLength(3);
  });

  it('finds the ten worst among a flood of clients that come once', () => {
    const sketch = new SpaceSaving(1_000);
    const flood = 200_000;
    for (let hit = 0; hit < flood; hit++) {
      sketch.hit('ip', `once-${hit}`);
      if (hit % 20 === 0) sketch.hit('ip', `worst-${(hit / 20) % 10}`);
    }
    const worst = sketch.top(10).clients;
    expect(worst.map(({ value }) => value).sort()).toEqual(
      Array.from({ length: 10 }, (_, index) => `worst-${index}`),
    );
    for (const { count, error } of worst) {
      expect(count - error).toBeLessThanOrEqual(1_000);
      expect(count).toBeGreaterThanOrEqual(1_000);
      expect(error).toBeLessThanOrEqual(sketch.total / 1_000);
    }
  });
});

describe('blocked clients of several slots', () => {
  it('are counted within the bounds that are told', () => {
    fc.assert(
      fc.property(fc.array(hits, { minLength: 1, maxLength: 5 }), (slots) => {
        const merge = new BlockedMerge();
        for (const identities of slots) merge.add(slotOf(identities, CAPACITY));
        const { total, error_bound, clients } = merge.report(1_000);
        const truth = exactly(slots.flat());
        expect(total).toBe(slots.flat().length);
        expectBounds(clients, error_bound, truth);
        for (const { error } of clients) expect(error).toBeLessThanOrEqual(error_bound);
      }),
    );
  });

  it('stay within them where slots list fewer than they counted', () => {
    fc.assert(
      fc.property(fc.array(hits, { minLength: 1, maxLength: 5 }), (slots) => {
        const merge = new BlockedMerge();
        for (const identities of slots) merge.add(slotOf(identities, 3));
        const { error_bound, clients } = merge.report(1_000);
        expectBounds(clients, error_bound, exactly(slots.flat()));
      }),
    );
  });

  it('are none where nobody was refused', () => {
    expect(new BlockedMerge().report(20)).toEqual({ total: 0, error_bound: 0, clients: [] });
  });
});
