import { describe, expect, it } from 'vitest';
import type { Check, FixedWindowLimit, Limit, Store } from '../../lib/limiter';

let serial = 0;
/** A key that no other test uses. */
const freshKey = () => `ratelimit:{conformance-${process.pid}-${serial++}}`;

const minute: FixedWindowLimit = {
  algorithm: 'fixed-window',
  name: 'minute',
  quota: 3,
  windowMs: 60_000,
};
const bucket: Limit = {
  algorithm: 'token-bucket',
  name: 'bucket',
  quota: 3,
  refillTokens: 1,
  refillIntervalMs: 60_000,
};

/** What every store must do, whatever it is made of. */
export function describeStore(name: string, open: () => Store): void {
  describe(`a ${name} store`, () => {
    const decide = (checks: readonly Check[]) => Promise.resolve(open().decide(checks));
    const statusesOf = async (count: number, check: Check) => {
      const rulings = await Promise.all(Array.from({ length: count }, () => decide([check])));
      return rulings.map(({ allowed, verdicts }) => [allowed, verdicts[0]?.remaining]);
    };

    it.each([minute, bucket])('allows the quota and no more: $algorithm', async (limit) => {
      expect(await statusesOf(5, { key: freshKey(), limit, cost: 1 })).toEqual([
        [true, 2],
        [true, 1],
        [true, 0],
        [false, 0],
        [false, 0],
      ]);
    });

    it.each([minute, bucket])(
      'answers a cost of nothing without taking: $algorithm',
      async (limit) => {
        const key = freshKey();
        expect(await statusesOf(3, { key, limit, cost: 0 })).toEqual([
          [true, 3],
          [true, 3],
          [true, 3],
        ]);
      },
    );

    it.each([minute, bucket])('takes a cost whole or not at all: $algorithm', async (limit) => {
      const key = freshKey();
      const costs = [2, 2, 1, 1];
      const allowed = [];
      for (const cost of costs) allowed.push((await decide([{ key, limit, cost }])).allowed);
      expect(allowed).toEqual([true, false, true, false]);
    });

    it('consumes all limits of a request or none', async () => {
      const [wide, narrow] = [freshKey(), freshKey()];
      const roomy: Limit = { ...minute, name: 'roomy', quota: 10 };
      const tight: Limit = { ...minute, name: 'tight', quota: 1 };
      const both = [
        { key: wide, limit: roomy, cost: 1 },
        { key: narrow, limit: tight, cost: 1 },
      ];
      expect((await decide(both)).allowed).toBe(true);
      const denied = await decide(both);
      expect(denied.allowed).toBe(false);
      expect(denied.verdicts.map((verdict) => [verdict.allowed, verdict.remaining])).toEqual([
        [true, 9],
        [false, 0],
      ]);
      expect((await decide([{ key: wide, limit: roomy, cost: 0 }])).verdicts[0]?.remaining).toBe(9);
    });

    it('keeps keys apart', async () => {
      const [a, b] = [freshKey(), freshKey()];
      await statusesOf(3, { key: a, limit: minute, cost: 1 });
      expect((await decide([{ key: b, limit: minute, cost: 1 }])).allowed).toBe(true);
    });

    it('tells when it will be renewed, in its own time', async () => {
      const ruling = await decide([{ key: freshKey(), limit: minute, cost: 1 }]);
      const resetMs = ruling.verdicts[0]?.resetMs ?? 0;
      expect((ruling.nowMs + resetMs) % minute.windowMs).toBe(0);
    });

    it('neither forgives nor fails when a quota is lowered below what is used', async () => {
      const key = freshKey();
      await statusesOf(3, { key, limit: minute, cost: 1 });
      const lowered = { ...minute, quota: 1 };
      expect(await statusesOf(1, { key, limit: lowered, cost: 1 })).toEqual([[false, 0]]);
    });

    it('is healthy', async () => {
      expect(await open().health()).toMatchObject({ status: 'ok', latencyMs: expect.any(Number) });
    });
  });
}
