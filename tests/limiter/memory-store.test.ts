import { describe, expect, it } from 'vitest';
import { createMemoryStore, type FixedWindowLimit } from '../../lib/limiter';

const limit: FixedWindowLimit = {
  algorithm: 'fixed-window',
  name: 'test',
  quota: 1,
  windowMs: 60_000,
};
const take = (key: string) => [{ key, limit, cost: 1 }];

describe('a full memory store', () => {
  it('forgets none of the refused to make room for newcomers, who then share one bucket', async () => {
    const store = createMemoryStore({ maxKeys: 20, now: () => 0 });
    for (let i = 0; i < 20; i++) await store.decide(take(`refused-${i}`));

    const newcomers = [];
    for (let i = 0; i < 50; i++) newcomers.push(await store.decide(take(`newcomer-${i}`)));
    expect(newcomers.filter(({ allowed }) => allowed)).toHaveLength(1);

    for (let i = 0; i < 20; i++) {
      expect((await store.decide(take(`refused-${i}`))).allowed).toBe(false);
    }
    await store.close();
  });

  it('keeps the counts of those who come back, whatever flood of others passes by', async () => {
    const roomy = { ...limit, quota: 1_000 };
    const take = (key: string) => [{ key, limit: roomy, cost: 1 }];
    const store = createMemoryStore({ maxKeys: 100, now: () => 0 });
    let visits = 0;
    for (let i = 0; i < 10_000; i++) {
      if (i % 50 === 0) {
        visits += 1;
        for (let who = 0; who < 10; who++) await store.decide(take(`honest-${who}`));
      }
      await store.decide(take(`invented-${i}`));
    }
    for (let who = 0; who < 10; who++) {
      const { verdicts } = await store.decide([{ key: `honest-${who}`, limit: roomy, cost: 0 }]);
      expect(verdicts[0]?.remaining).toBe(roomy.quota - visits);
    }
    await store.close();
  });

  it('lets go of keys whose window has passed', async () => {
    let nowMs = 0;
    const store = createMemoryStore({ maxKeys: 20, now: () => nowMs });
    for (let i = 0; i < 20; i++) await store.decide(take(`old-${i}`));
    nowMs = limit.windowMs;
    for (let i = 0; i < 20; i++) {
      expect((await store.decide(take(`new-${i}`))).allowed).toBe(true);
    }
    await store.close();
  });
});
