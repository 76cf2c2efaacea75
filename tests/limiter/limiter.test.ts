import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type Check,
  createLimiter,
  createMemoryStore,
  type Limiter,
  type LimitOptions,
  type RatePolicyInput,
  type Store,
  StoreError,
} from '../../lib/limiter';
import { failingStore } from '../support/failing-store';

const NOW_MS = 1_700_000_000_000;
const second = {
  algorithm: 'fixed-window',
  name: 'second',
  quota: 3,
  windowMs: 1_000,
} as const;
const day = { algorithm: 'fixed-window', name: 'day', quota: 5, windowMs: 86_400_000 } as const;
const places = { algorithm: 'concurrency', name: 'places', quota: 2, leaseMs: 30_000 } as const;

let nowMs = NOW_MS;
let store: Store;
beforeEach(() => {
  nowMs = NOW_MS;
  store = createMemoryStore({ now: () => nowMs });
});
afterEach(() => store.close());

function limiterOf(...limits: RatePolicyInput['limits']): Limiter {
  return createLimiter(store, { name: 'api', limits });
}

async function allowedOf(limiter: Limiter, times: number, options?: LimitOptions) {
  const allowed = [];
  for (let i = 0; i < times; i++) allowed.push((await limiter.limit('ann', options)).allowed);
  return allowed.filter(Boolean).length;
}

describe('a policy', () => {
  it.each([
    ['no limits', { name: 'api', limits: [] }],
    ['17 limits', { name: 'api', limits: Array.from({ length: 17 }, () => second) }],
    ['a quota of nothing', { name: 'api', limits: [{ ...second, quota: 0 }] }],
    ['a fractional quota', { name: 'api', limits: [{ ...second, quota: 1.5 }] }],
    ['an endless quota', { name: 'api', limits: [{ ...second, quota: Number.POSITIVE_INFINITY }] }],
    ['a misspelt member', { name: 'api', limits: [{ ...second, windowSeconds: 1 }] }],
    ['an unknown algorithm', { name: 'api', limits: [{ ...second, algorithm: 'guess' }] }],
    ['an unknown failure mode', { name: 'api', limits: [second], onStoreFailure: 'maybe' }],
  ])('with %s is refused', (_, policy) => {
    expect(() => createLimiter(store, policy as RatePolicyInput)).toThrow();
  });

  it('counts each identifier apart, and each policy', async () => {
    const limiter = limiterOf(second);
    expect(await allowedOf(limiter, 5)).toBe(3);
    expect((await limiter.limit('bob')).allowed).toBe(true);
    const other = createLimiter(store, { name: 'other', limits: [second] });
    expect((await other.limit('ann')).allowed).toBe(true);
  });

  it('of several limits takes from all or none, and names the one that binds', async () => {
    const limiter = limiterOf(second, day);
    expect(await allowedOf(limiter, 4)).toBe(3);
    expect((await limiter.limit('ann')).allowed).toBe(false);
    nowMs += 1_000;
    const decisions = [];
    for (let i = 0; i < 3; i++) decisions.push(await limiter.limit('ann'));
    expect(decisions.map(({ allowed }) => allowed)).toEqual([true, true, false]);
    const last = decisions.at(-1);
    expect(last?.source !== 'fallback' && last?.binding.limit.name).toBe('day');
    expect(last?.source !== 'fallback' && last?.verdicts.map(({ allowed }) => allowed)).toEqual([
      true,
      false,
    ]);
  });
});

describe('a cost', () => {
  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    'of %d is an error, not an answer',
    (cost) => {
      expect(() => limiterOf(second).limit('ann', { cost })).toThrow(RangeError);
    },
  );

  it('above what the smallest limit holds says that it can never be paid', () => {
    expect(() => limiterOf(day, second).limit('ann', { cost: 4 })).toThrow(
      'cost 4 can never be paid: api holds at most 3',
    );
  });

  it('of the whole capacity can be paid once', async () => {
    expect(await allowedOf(limiterOf(second), 2, { cost: 3 })).toBe(1);
  });

  it('of nothing answers without consuming', async () => {
    const limiter = limiterOf(second);
    expect(await allowedOf(limiter, 10, { cost: 0 })).toBe(10);
    expect(await allowedOf(limiter, 4)).toBe(3);
  });
});

describe('reset', () => {
  it('gives the whole quota back, of every limit', async () => {
    const limiter = limiterOf(second, day);
    await allowedOf(limiter, 3);
    await limiter.reset('ann');
    const decision = await limiter.peek('ann');
    expect(
      decision.source !== 'fallback' && decision.verdicts.map(({ remaining }) => remaining),
    ).toEqual([3, 5]);
  });

  it('lifts a block', async () => {
    const limiter = limiterOf(second);
    await limiter.block('ann', 60_000);
    await limiter.reset('ann');
    expect((await limiter.limit('ann')).allowed).toBe(true);
  });
});

describe('block', () => {
  it('refuses for exactly that long, across windows, and no one else', async () => {
    const limiter = limiterOf(second, day);
    await limiter.block('ann', 2_500);
    const refused = await limiter.limit('ann');
    expect(refused).toMatchObject({ allowed: false, retryAfterMs: 2_500 });
    expect((await limiter.limit('bob')).allowed).toBe(true);
    nowMs += 2_499;
    expect((await limiter.limit('ann')).allowed).toBe(false);
    nowMs += 1;
    expect((await limiter.limit('ann')).allowed).toBe(true);
  });

  it('consumes nothing', async () => {
    const limiter = limiterOf(second);
    await limiter.block('ann', 100);
    await allowedOf(limiter, 3);
    nowMs += 100;
    expect(await allowedOf(limiter, 4)).toBe(3);
  });

  it('does not promise what the quota will refuse', async () => {
    const limiter = limiterOf(day);
    await allowedOf(limiter, 5);
    await limiter.block('ann', 1_000);
    const { retryAfterMs } = await limiter.limit('ann');
    nowMs += retryAfterMs;
    expect((await limiter.limit('ann')).allowed).toBe(true);
  });

  it.each([0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'for %d ms is an error',
    async (ms) => {
      await expect(limiterOf(second).block('ann', ms)).rejects.toThrow(RangeError);
    },
  );
});

describe('slots', () => {
  it('are as many as the limit says, and free again when released', async () => {
    const limiter = limiterOf(places);
    const held = [await limiter.limit('ann'), await limiter.limit('ann')];
    expect((await limiter.limit('ann')).allowed).toBe(false);
    const [first] = held;
    if (first?.source !== 'fallback') first?.release?.();
    expect((await limiter.limit('ann')).allowed).toBe(true);
    expect((await limiter.limit('ann')).allowed).toBe(false);
  });

  it('released twice free one', async () => {
    const limiter = limiterOf(places);
    const held = [await limiter.limit('ann'), await limiter.limit('ann')];
    const [first] = held;
    for (let i = 0; i < 2; i++) if (first?.source !== 'fallback') first?.release?.();
    expect(await allowedOf(limiter, 2)).toBe(1);
  });

  it('are not held by a peek, a cost of nothing, or a refusal by another limit', async () => {
    const limiter = limiterOf(places, { ...second, quota: 1 });
    for (let i = 0; i < 3; i++) {
      await limiter.peek('ann');
      expect(await limiter.limit('ann', { cost: 0 })).not.toHaveProperty('release');
    }
    await limiter.limit('ann');
    await limiter.limit('ann');
    const decision = await limiter.peek('ann');
    expect(decision.source !== 'fallback' && decision.verdicts[0]?.remaining).toBe(1);
  });

  it('are renewed while they are held, and free when nobody renews them', async () => {
    vi.useFakeTimers();
    try {
      const limiter = limiterOf({ ...places, quota: 1 });
      const held = await limiter.limit('ann');
      for (let elapsed = 0; elapsed < 3 * places.leaseMs; elapsed += 1_000) {
        nowMs += 1_000;
        vi.advanceTimersByTime(1_000);
      }
      expect((await limiter.limit('ann')).allowed).toBe(false);
      // As when the process is killed: the timer is gone, and nothing was released.
      vi.clearAllTimers();
      nowMs += places.leaseMs;
      expect((await limiter.limit('ann')).allowed).toBe(true);
      expect(held.allowed).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a store that fails', () => {
  const policy = { name: 'api', limits: [second] } satisfies RatePolicyInput;

  it('lets pass unless told otherwise', async () => {
    const decision = await createLimiter(failingStore(), policy).limit('ann');
    expect(decision).toMatchObject({ allowed: true, source: 'fallback', retryAfterMs: 0 });
  });

  it('refuses where the policy fails closed, and says when to come back', async () => {
    const limiter = createLimiter(failingStore(), { ...policy, onStoreFailure: 'closed' });
    expect(await limiter.limit('ann')).toMatchObject({
      allowed: false,
      source: 'fallback',
      retryAfterMs: 1_000,
    });
  });

  it.each([
    [1, 3],
    [2, 1],
    [3, 1],
    [100, 1],
  ])('divided by %d replicas allows %d here', async (replicas, share) => {
    const limiter = createLimiter(failingStore(), {
      ...policy,
      limits: [{ ...second, windowMs: 86_400_000 }],
      onStoreFailure: 'local',
      replicas,
    });
    expect(await allowedOf(limiter, 5)).toBe(share);
  });

  it('by throwing at once is a failure like any other', async () => {
    const throwing: Store = {
      ...failingStore(),
      decide: () => {
        throw new StoreError('disconnected', 'gone');
      },
    };
    expect(await createLimiter(throwing, policy).limit('ann')).toMatchObject({ allowed: true });
  });

  it('by a fault of ours is not papered over', async () => {
    const faulty: Store = {
      ...failingStore(),
      decide: () => Promise.reject(new TypeError('a fault of ours')),
    };
    await expect(createLimiter(faulty, policy).limit('ann')).rejects.toThrow('a fault of ours');
  });

  it('while slots are held loses nothing but time', async () => {
    const checks: (readonly Check[])[] = [];
    const flaky: Store = {
      ...store,
      decide: (asked) => {
        checks.push(asked);
        return store.decide(asked);
      },
      release: () => Promise.reject(new StoreError('timeout', 'no answer')),
    };
    const limiter = createLimiter(flaky, { name: 'api', limits: [{ ...places, quota: 1 }] });
    const held = await limiter.limit('ann');
    if (held.source !== 'fallback') held.release?.();
    nowMs += places.leaseMs;
    expect((await limiter.limit('ann')).allowed).toBe(true);
  });
});
