import { describe, expect, it } from 'vitest';
import {
  createLimiter,
  createMemoryStore,
  type Limit,
  limitTogether,
  type Store,
} from '../../lib/limiter';
import { failingStore } from '../support/failing-store';

const hourly = (name: string, quota: number): Limit => ({
  algorithm: 'fixed-window',
  name,
  quota,
  windowMs: 3_600_000,
});
const seats = (name: string, quota: number): Limit => ({
  algorithm: 'concurrency',
  name,
  quota,
  leaseMs: 60_000,
});

function claims(store: Store) {
  const wide = createLimiter(store, { name: 'wide', limits: [hourly('wide', 10)] });
  const narrow = createLimiter(store, { name: 'narrow', limits: [hourly('narrow', 2)] });
  return {
    wide,
    narrow,
    both: [
      { limiter: wide, identifier: 'tier:free', cost: 1 },
      { limiter: narrow, identifier: '203.0.113.7', cost: 1 },
    ],
  };
}

async function remaining(limiter: ReturnType<typeof createLimiter>, identifier: string) {
  const decision = await limiter.peek(identifier);
  return decision.source === 'fallback' ? undefined : decision.binding.remaining;
}

describe('policies that decide together', () => {
  it('count a request that all of them allow', async () => {
    const store = createMemoryStore();
    const { both, wide, narrow } = claims(store);
    const decisions = await limitTogether(store, both);
    expect(decisions.map(({ allowed, policy }) => [policy.name, allowed])).toEqual([
      ['wide', true],
      ['narrow', true],
    ]);
    expect(await remaining(wide, 'tier:free')).toBe(9);
    expect(await remaining(narrow, '203.0.113.7')).toBe(1);
  });

  it('count nothing when one of them denies', async () => {
    const store = createMemoryStore();
    const { both, wide } = claims(store);
    await limitTogether(store, both);
    await limitTogether(store, both);
    const third = await limitTogether(store, both);
    expect(third.map(({ allowed }) => allowed)).toEqual([true, false]);
    expect(third[0]?.retryAfterMs).toBe(0);
    expect(third[1]?.retryAfterMs).toBeGreaterThan(0);
    expect(await remaining(wide, 'tier:free')).toBe(8);
  });

  it('hold slots only for a request that all of them allow', async () => {
    const store = createMemoryStore();
    const room = createLimiter(store, { name: 'room', limits: [seats('room', 3)] });
    const gate = createLimiter(store, { name: 'gate', limits: [hourly('gate', 1)] });
    const asked = [
      { limiter: room, identifier: 'all', cost: 1 },
      { limiter: gate, identifier: 'me', cost: 1 },
    ];
    const [first] = await limitTogether(store, asked);
    const [second] = await limitTogether(store, asked);
    expect(await remaining(room, 'all')).toBe(2);
    expect(second && 'release' in second).toBe(false);
    if (first !== undefined && 'release' in first) first.release?.();
    expect(await remaining(room, 'all')).toBe(3);
  });

  it('heed a block of any of their identifiers', async () => {
    const store = createMemoryStore();
    const { both, narrow } = claims(store);
    await narrow.block('203.0.113.7', 60_000);
    const decisions = await limitTogether(store, both);
    expect(decisions.map(({ allowed }) => allowed)).toEqual([true, false]);
  });

  it('answer each by its own mode when the store fails', async () => {
    const store = failingStore();
    const open = createLimiter(store, { name: 'open', limits: [hourly('open', 1)] });
    const closed = createLimiter(store, {
      name: 'closed',
      limits: [hourly('closed', 1)],
      onStoreFailure: 'closed',
    });
    const decisions = await limitTogether(store, [
      { limiter: open, identifier: 'me', cost: 1 },
      { limiter: closed, identifier: 'me', cost: 1 },
    ]);
    expect(decisions.map(({ allowed, source }) => [allowed, source])).toEqual([
      [true, 'fallback'],
      [false, 'fallback'],
    ]);
  });

  it('are asked in turn, up to the first that denies, where their counters live apart', async () => {
    const together = createMemoryStore();
    const store: Store = { ...together, canDecideTogether: (checks) => checks.length < 2 };
    const { both, narrow } = claims(store);
    const [wide, tight] = both;
    if (wide === undefined || tight === undefined) throw new Error('two claims');
    await limitTogether(store, both);
    await limitTogether(store, both);
    const third = await limitTogether(store, [tight, wide]);
    expect(third.map(({ allowed }) => allowed)).toEqual([false]);
    expect(await remaining(narrow, '203.0.113.7')).toBe(0);
    expect(await remaining(wide.limiter, 'tier:free')).toBe(8);
  });

  it('ask the store nothing where nobody claims anything', () => {
    const store: Store = {
      ...createMemoryStore(),
      decide: () => {
        throw new Error('the store was asked');
      },
    };
    expect(limitTogether(store, [])).toEqual([]);
  });

  it('refuse a cost that can never be paid before anything is counted', async () => {
    const store = createMemoryStore();
    const { wide, narrow } = claims(store);
    const asked = [
      { limiter: wide, identifier: 'a', cost: 1 },
      { limiter: narrow, identifier: 'a', cost: 3 },
    ];
    expect(() => limitTogether(store, asked)).toThrow(RangeError);
    expect(await remaining(wide, 'a')).toBe(10);
  });
});
