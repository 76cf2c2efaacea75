import { describe, expect, it, vi } from 'vitest';
import type { Check, FixedWindowLimit, Limit } from '../../lib/limiter';
import { createBatcher, type Send } from '../../lib/limiter/redis/batcher';

const limit: FixedWindowLimit = {
  algorithm: 'fixed-window',
  name: 'test',
  quota: 5,
  windowMs: 60_000,
};
const slots: Limit = { algorithm: 'concurrency', name: 'slots', quota: 2, leaseMs: 1_000 };

const check = (key: string, overrides: Partial<Check> = {}): Check => ({
  key,
  limit,
  cost: 1,
  ...overrides,
});

/** Allows everything, and remembers what it was sent. */
function createScript() {
  const calls: { keys: readonly string[]; args: readonly (string | number)[]; group: number }[] =
    [];
  const send: Send = async ({ keys, args, pending }, group) => {
    calls.push({ keys, args, group });
    return [1_000, ...pending.flatMap(({ checks }) => checks.flatMap(() => [1, 4, 10, 0]))];
  };
  return { calls, send };
}

describe('a batch', () => {
  it('is one call for all decisions of a turn, with each key once', async () => {
    const { calls, send } = createScript();
    const { decide } = createBatcher(send);
    const rulings = await Promise.all([
      decide([check('a'), check('b', { cost: 2 })]),
      decide([check('b')]),
      decide([check('c', { limit: slots, lease: 'x' })]),
    ]);
    expect(calls).toEqual([
      {
        keys: ['a', 'b', 'c'],
        args: [
          ...['fixed-window', 5, 60_000, 0],
          ...['fixed-window', 5, 60_000, 0],
          ...['concurrency', 2, 1_000, 0],
          ...[2, 1, 1, 2, 2],
          ...[1, 2, 1],
          ...[1, 3, 1, 'x'],
        ],
        group: 0,
      },
    ]);
    expect(rulings.map(({ verdicts }) => verdicts.length)).toEqual([2, 1, 1]);
    expect(rulings[0]).toMatchObject({ allowed: true, nowMs: 1_000, source: 'store' });
  });

  it('is one call for each group', async () => {
    const { calls, send } = createScript();
    const { decide } = createBatcher(send);
    await Promise.all([decide([check('a')], 7), decide([check('b')], 8), decide([check('c')], 7)]);
    expect(calls.map(({ keys, group }) => [group, keys])).toEqual([
      [7, ['a', 'c']],
      [8, ['b']],
    ]);
  });

  it('is divided where a key comes under other numbers, in the order asked', async () => {
    const { calls, send } = createScript();
    const { decide } = createBatcher(send);
    const same = { ...limit };
    const other = { ...limit, quota: 6 };
    await Promise.all(
      [limit, same, other, other, limit].map((by) => decide([check('a', { limit: by })])),
    );
    expect(calls.map(({ args }) => [args[1], args.slice(4)])).toEqual([
      [5, [1, 1, 1, 1, 1, 1]],
      [6, [1, 1, 1, 1, 1, 1]],
      [5, [1, 1, 1]],
    ]);
  });

  it('holds no more decisions than it may', async () => {
    const { calls, send } = createScript();
    const { decide } = createBatcher(send, { maxDecisions: 2 });
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((key) => decide([check(key)])));
    expect(calls.map(({ keys }) => keys)).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });
});

describe('the fault of one decision', () => {
  async function outcomes(send: Send, onFailure = vi.fn()) {
    const { decide } = createBatcher(send, { onFailure });
    const asked = ['a', 'b', 'c'].map((key) => decide([check(key)]));
    const settled = await Promise.allSettled(asked);
    return settled.map((result) =>
      result.status === 'fulfilled' ? result.value.allowed : result.reason.kind,
    );
  }

  it('is its own when its key holds something else', async () => {
    const onFailure = vi.fn();
    const send = async () => [1, ...[1, 4, 9, 0], ...[-1, 0, 0, 0], ...[0, 0, 9, 9]];
    expect(await outcomes(send, onFailure)).toEqual([true, 'wrong-type', false]);
    expect(onFailure.mock.calls).toEqual([['wrong-type']]);
  });

  it('is its own when its part of the reply is no number', async () => {
    const send = async () => [1, ...[1, 4, 9, 0], ...[1, '4', 9, 0], ...[1, 4, 1.5, 0]];
    expect(await outcomes(send)).toEqual([true, 'bad-reply', 'bad-reply']);
  });

  it('is its own when no algorithm has the name of its limit', async () => {
    const { send } = createScript();
    const { decide } = createBatcher(send);
    const strange = Object.assign({ ...limit }, { algorithm: 'none' });
    const [good, bad, other] = await Promise.allSettled([
      decide([check('a')]),
      decide([check('b'), check('c', { limit: strange })]),
      decide([check('d')]),
    ]);
    expect([good.status, bad.status, other.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it.each([[[]], ['OK'], [null], [[1, 1, 4, 9]], [['x', ...Array.from({ length: 12 }, () => 1)]]])(
    'is everybody’s when the reply as a whole is %o',
    async (reply) => {
      expect(await outcomes(async () => reply)).toEqual(['bad-reply', 'bad-reply', 'bad-reply']);
    },
  );
});
