import { describe, expect, it } from 'vitest';
import {
  type Check,
  createMemoryStore,
  type FixedWindowLimit,
  type ResetListener,
  type Store,
  withDenyCache,
} from '../../lib/limiter';

const limit: FixedWindowLimit = {
  algorithm: 'fixed-window',
  name: 'test',
  quota: 2,
  windowMs: 60_000,
};
const take = (cost: number) => [{ key: 'key', limit, cost }];

/** A real store that counts how often it is asked. */
function counted(): { store: Store; asked: Check[][] } {
  const memory = createMemoryStore();
  const asked: Check[][] = [];
  const store: Store = {
    ...memory,
    decide(checks) {
      asked.push([...checks]);
      return memory.decide(checks);
    },
  };
  return { store, asked };
}

describe('the deny cache', () => {
  it('asks the store no more once a key is exhausted', async () => {
    const { store, asked } = counted();
    const cached = withDenyCache(store);
    const sources = [];
    for (let i = 0; i < 6; i++) {
      const { allowed, source } = await cached.decide(take(1));
      sources.push([allowed, source]);
    }
    expect(sources).toEqual([
      [true, 'store'],
      [true, 'store'],
      [false, 'store'],
      [false, 'deny-cache'],
      [false, 'deny-cache'],
      [false, 'deny-cache'],
    ]);
    expect(asked).toHaveLength(3);
  });

  it('still asks for what a denial does not decide: other costs, and peeks', async () => {
    const { store, asked } = counted();
    const cached = withDenyCache(store);
    for (let i = 0; i < 3; i++) await cached.decide(take(1));
    expect((await cached.decide(take(0))).source).toBe('store');
    expect((await cached.decide(take(2))).source).toBe('store');
    expect(asked).toHaveLength(5);
  });

  it('does not remember a denial that something smaller would have survived', async () => {
    const { store } = counted();
    const cached = withDenyCache(store);
    await cached.decide(take(1));
    expect((await cached.decide(take(2))).allowed).toBe(false);
    expect((await cached.decide(take(1))).allowed).toBe(true);
  });

  it('knows nothing of other numbers under the same key', async () => {
    const { store, asked } = counted();
    const cached = withDenyCache(store);
    for (let i = 0; i < 3; i++) await cached.decide(take(1));
    const raised = { ...limit, quota: 10 };
    expect((await cached.decide([{ key: 'key', limit: raised, cost: 1 }])).allowed).toBe(true);
    expect(asked).toHaveLength(4);
  });

  it('forgets at once what is reset, and all when it is not known what was', async () => {
    const { store } = counted();
    const cached = withDenyCache(store);
    for (let i = 0; i < 3; i++) await cached.decide(take(1));
    await cached.reset([{ key: 'key', limit }]);
    expect((await cached.decide(take(1))).allowed).toBe(true);

    const listeners: ResetListener[] = [];
    const remote = withDenyCache({ ...store, onReset: (listener) => listeners.push(listener) });
    for (let i = 0; i < 3; i++) await remote.decide(take(1));
    expect((await remote.decide(take(1))).source).toBe('deny-cache');
    for (const tell of listeners) tell(undefined);
    expect((await remote.decide(take(1))).source).toBe('store');
  });

  it('does not remember a denial that a reset has overtaken', async () => {
    const memory = createMemoryStore();
    const answers: (() => void)[] = [];
    const slow: Store = {
      ...memory,
      decide: async (checks) => {
        const ruling = await memory.decide(checks);
        await new Promise<void>((resolve) => answers.push(resolve));
        return ruling;
      },
    };
    await memory.decide(take(2));
    const cached = withDenyCache(slow);
    const late = cached.decide(take(1));
    await expect.poll(() => answers).toHaveLength(1);
    await cached.reset([{ key: 'key', limit }]);
    answers[0]?.();
    expect((await late).allowed).toBe(false);
    const next = cached.decide(take(1));
    await expect.poll(() => answers).toHaveLength(2);
    answers[1]?.();
    expect(await next).toMatchObject({ allowed: true, source: 'store' });
  });

  it('does not remember that all slots are taken: one may be given back at any time', async () => {
    const slots = { algorithm: 'concurrency', name: 'slots', quota: 1, leaseMs: 60_000 } as const;
    const cached = withDenyCache(createMemoryStore());
    const request = (lease: string) => [{ key: 'key', limit: slots, cost: 1, lease }];
    await cached.decide(request('a'));
    expect((await cached.decide(request('b'))).allowed).toBe(false);
    await cached.release({ key: 'key', limit: slots }, 'a');
    expect((await cached.decide(request('b'))).allowed).toBe(true);
  });

  it('never outlives the denial', async () => {
    const brief: FixedWindowLimit = { ...limit, quota: 1, windowMs: 40 };
    const cached = withDenyCache(createMemoryStore());
    const check = [{ key: 'brief', limit: brief, cost: 1 }];
    let denied = await cached.decide(check);
    while (denied.allowed) denied = await cached.decide(check);
    const retryAfterMs = denied.verdicts[0]?.retryAfterMs ?? 0;
    await new Promise((resolve) => setTimeout(resolve, retryAfterMs + 1));
    expect((await cached.decide(check)).allowed).toBe(true);
  });
});
