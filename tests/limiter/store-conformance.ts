import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import {
  type AlgorithmName,
  algorithmNames,
  algorithmOf,
  type Check,
  type ConcurrencyLimit,
  type FixedWindowLimit,
  type Limit,
  type Ruling,
  type Store,
} from '../../lib/limiter';
import { limitOf } from '../support/limits';

let serial = 0;
/** A key that no other test uses. */
const freshKey = () => `ratelimit:{conformance-${process.pid}-${serial++}}`;
const freshLease = () => `lease-${serial++}`;

const hour = limitOf('fixed-window') as FixedWindowLimit;
const slots = limitOf('concurrency') as ConcurrencyLimit;

function checkOf(key: string, limit: Limit, cost = 1, lease = freshLease()): Check {
  const check = { key, limit, cost };
  return algorithmOf(limit).holdsSlots ? { ...check, lease } : check;
}

/** What every store must do, whatever it is made of. */
export function describeStore(name: string, open: () => Store): void {
  const decide = (...checks: Check[]) => Promise.resolve(open().decide(checks));
  const statusesOf = async (count: number, makeCheck: () => Check) => {
    const rulings = await Promise.all(Array.from({ length: count }, () => decide(makeCheck())));
    return rulings.map(({ allowed, verdicts }) => [allowed, verdicts[0]?.remaining]);
  };

  describe.each(algorithmNames as AlgorithmName[])(`a ${name} store, by %s`, (algorithm) => {
    const limit = limitOf(algorithm);

    it('allows the quota and no more', async () => {
      const key = freshKey();
      expect(await statusesOf(5, () => checkOf(key, limit))).toEqual([
        [true, 2],
        [true, 1],
        [true, 0],
        [false, 0],
        [false, 0],
      ]);
    });

    it('answers a cost of nothing without taking', async () => {
      const key = freshKey();
      expect(await statusesOf(3, () => checkOf(key, limit, 0))).toEqual([
        [true, 3],
        [true, 3],
        [true, 3],
      ]);
    });

    it('takes a cost whole or not at all', async () => {
      const key = freshKey();
      const allowed = [];
      for (const cost of [2, 2, 1, 1]) {
        allowed.push((await decide(checkOf(key, limit, cost))).allowed);
      }
      expect(allowed).toEqual([true, false, true, false]);
    });

    it('neither forgives nor fails when a quota is lowered below what is used', async () => {
      const key = freshKey();
      await statusesOf(3, () => checkOf(key, limit));
      const lowered = limitOf(algorithm, 1);
      expect(await statusesOf(1, () => checkOf(key, lowered))).toEqual([[false, 0]]);
    });

    it('forgets what it is told to reset', async () => {
      const key = freshKey();
      await decide(checkOf(key, limit, 3));
      await open().reset([{ key, limit }]);
      expect(await statusesOf(1, () => checkOf(key, limit))).toEqual([[true, 2]]);
    });

    it('keeps its promises: allows at the moment told, and not before', async () => {
      const key = freshKey();
      const brief = limitOf(algorithm, 2, 150);
      await decide(checkOf(key, brief, 2));
      const denied = await untilDenied(() => decide(checkOf(key, brief)));
      const promisedMs = denied.nowMs + (denied.verdicts[0]?.retryAfterMs ?? 0);
      await sleep(promisedMs - denied.nowMs - 10);
      let ruling: Ruling;
      do {
        ruling = await decide(checkOf(key, brief));
        expect([ruling.nowMs, ruling.allowed]).toEqual([ruling.nowMs, ruling.nowMs >= promisedMs]);
      } while (!ruling.allowed);
    });

    it('is as good as new at the reset, and not before', async () => {
      const key = freshKey();
      const brief = limitOf(algorithm, 2, 150);
      const taken = await decide(checkOf(key, brief, 2));
      const promisedMs = taken.nowMs + (taken.verdicts[0]?.resetMs ?? 0);
      await sleep(promisedMs - taken.nowMs - 10);
      let ruling: Ruling;
      do {
        ruling = await decide(checkOf(key, brief, 0));
        const isNew = ruling.verdicts[0]?.remaining === 2;
        expect([ruling.nowMs, isNew]).toEqual([ruling.nowMs, ruling.nowMs >= promisedMs]);
      } while (ruling.nowMs < promisedMs);
    });
  });

  describe(`a ${name} store`, () => {
    it('consumes all limits of a request or none, whatever their algorithms', async () => {
      const base = freshKey();
      const names = algorithmNames as AlgorithmName[];
      const checksOf = (tightest: number) =>
        Array.from({ length: 16 }, (_, index) => {
          const algorithm = names[index % names.length] ?? 'fixed-window';
          return checkOf(`${base}:${index}`, limitOf(algorithm, index === tightest ? 1 : 10));
        });
      for (const tightest of [0, 5, 15]) {
        await open().reset(checksOf(tightest));
        expect((await decide(...checksOf(tightest))).allowed).toBe(true);
        const denied = await decide(...checksOf(tightest));
        expect(denied.allowed).toBe(false);
        expect(denied.verdicts.map(({ allowed, remaining }) => [allowed, remaining])).toEqual(
          denied.verdicts.map((_, index) => (index === tightest ? [false, 0] : [true, 9])),
        );
      }
    });

    it('keeps keys apart', async () => {
      const [a, b] = [freshKey(), freshKey()];
      await statusesOf(3, () => checkOf(a, hour));
      expect((await decide(checkOf(b, hour))).allowed).toBe(true);
    });

    it('starts afresh under another algorithm, and never fails for it', async () => {
      const key = freshKey();
      for (const algorithm of algorithmNames as AlgorithmName[]) {
        const limit = limitOf(algorithm);
        expect(await statusesOf(4, () => checkOf(key, limit))).toEqual([
          [true, 2],
          [true, 1],
          [true, 0],
          [false, 0],
        ]);
      }
    });

    it('tells when it will be renewed, in its own time', async () => {
      const ruling = await decide(checkOf(freshKey(), hour));
      const resetMs = ruling.verdicts[0]?.resetMs ?? 0;
      expect((ruling.nowMs + resetMs) % hour.windowMs).toBe(0);
    });

    it('gives slots back when their lease is released, all of them', async () => {
      const key = freshKey();
      await decide(checkOf(key, slots, 2, 'heavy'));
      await decide(checkOf(key, slots, 1, 'light'));
      expect((await decide(checkOf(key, slots))).allowed).toBe(false);
      await open().release({ key, limit: slots }, 'heavy');
      expect(await statusesOf(3, () => checkOf(key, slots))).toEqual([
        [true, 1],
        [true, 0],
        [false, 0],
      ]);
      await open().release({ key, limit: slots }, 'never held');
    });

    it('renews a lease without taking more slots', async () => {
      const key = freshKey();
      const first = await decide(checkOf(key, slots, 3, 'mine'));
      const renewed = await decide(checkOf(key, slots, 3, 'mine'));
      expect([renewed.allowed, renewed.verdicts[0]?.remaining]).toEqual([true, 0]);
      expect(renewed.nowMs + (renewed.verdicts[0]?.resetMs ?? 0)).toBeGreaterThanOrEqual(
        first.nowMs + (first.verdicts[0]?.resetMs ?? 0),
      );
    });

    it('denies a blocked key until the block ends, and takes nothing meanwhile', async () => {
      const key = freshKey();
      await open().block(key, 80);
      const blocked = await decide(checkOf(key, hour));
      expect(blocked).toMatchObject({ allowed: false, verdicts: [{ remaining: 0 }] });
      const retryAfterMs = blocked.verdicts[0]?.retryAfterMs ?? 0;
      expect(retryAfterMs).toBeGreaterThan(0);
      expect(retryAfterMs).toBeLessThanOrEqual(80);
      await sleep(retryAfterMs);
      await vi.waitFor(async () =>
        expect(await statusesOf(1, () => checkOf(key, hour))).toEqual([[true, 2]]),
      );
    });

    it('blocks by any key of a request, and a reset ends it', async () => {
      const key = freshKey();
      const second = `${key}:1`;
      await open().block(key, 3_600_000);
      const both = () => decide(checkOf(key, hour), checkOf(second, hour));
      const verdictsOf = ({ verdicts }: Ruling) =>
        verdicts.map(({ allowed, remaining }) => [allowed, remaining]);
      expect(verdictsOf(await both())).toEqual([
        [false, 0],
        [true, 3],
      ]);
      expect((await decide(checkOf(second, hour, 0), checkOf(key, hour, 0))).allowed).toBe(false);
      expect((await decide(checkOf(second, hour, 0))).allowed).toBe(true);
      await open().reset([{ key, limit: hour }]);
      expect(verdictsOf(await both())).toEqual([
        [true, 2],
        [true, 2],
      ]);
    });

    it('tells of resets and blocks', async () => {
      const [one, other] = [freshKey(), freshKey()];
      const told: (string | undefined)[] = [];
      open().onReset((key) => told.push(key));
      await vi.waitFor(async () => {
        await open().reset([{ key: one, limit: hour }]);
        await open().block(other, 1);
        expect(told).toEqual(expect.arrayContaining([one, other]));
      });
    });

    it('is healthy', async () => {
      expect(await open().health()).toMatchObject({ status: 'ok', latencyMs: expect.any(Number) });
    });
  });
}

/** Some limits give way again before the next request can be made. */
async function untilDenied(ask: () => Promise<Ruling>): Promise<Ruling> {
  for (;;) {
    const ruling = await ask();
    if (!ruling.allowed) return ruling;
  }
}
