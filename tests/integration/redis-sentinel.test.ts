import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SentinelGroup } from '../support/redis-sentinel';
import {
  fivePerYear,
  freshKey,
  openStoreForTest,
  outcomeOf,
  startLoad,
} from '../support/redis-store';

const TIMEOUT_MS = 500;

let group: SentinelGroup;
beforeAll(async () => {
  group = await SentinelGroup.start();
});
afterAll(() => group.stop());

describe('a master found through Sentinels', () => {
  it('counts, and is followed when it becomes a replica without going away', async () => {
    const { store, recovery } = await openStoreForTest(group.url, TIMEOUT_MS);
    const keys = Array.from({ length: 10 }, freshKey);
    const load = startLoad((turn) => outcomeOf(store, keys[turn % keys.length] ?? ''), 4);
    await vi.waitFor(() => expect(load.answers).toContain(false));
    await group.failOver();
    await group.settled();
    await recovery();
    await load.stop();
    const kinds = new Set(load.answers.filter((answer) => typeof answer === 'string'));
    expect([...kinds].filter((kind) => !['read-only', 'disconnected'].includes(kind))).toEqual([]);
    expect(await outcomeOf(store, freshKey())).toBe(true);
  });

  it('is replaced when it dies under load, without help and with bounded forgetting', async () => {
    const { store, recovery, onUnreachable } = await openStoreForTest(group.url, TIMEOUT_MS);
    const known = Array.from({ length: 20 }, freshKey);
    for (const key of known) {
      for (let turn = 0; turn < fivePerYear.quota; turn += 1) await outcomeOf(store, key);
    }
    await group.confirmWrites();
    const keys = Array.from({ length: 100 }, freshKey);
    const admitted = new Map<string, number>();
    const load = startLoad(async (turn) => {
      const key = keys[turn % keys.length] ?? '';
      const outcome = await outcomeOf(store, key);
      if (outcome === true) admitted.set(key, (admitted.get(key) ?? 0) + 1);
      return outcome;
    }, 4);
    await vi.waitFor(() => expect(load.answers.length).toBeGreaterThan(300));
    await group.killMaster();
    await vi.waitFor(() => expect(onUnreachable).toHaveBeenCalled());
    await recovery();
    const seen = load.answers.length;
    await vi.waitFor(() => expect(load.answers.length).toBeGreaterThan(seen + 1_000));
    await load.stop();
    // The new master has forgotten at most what the old one had not told it of.
    for (const key of known) expect(await outcomeOf(store, key)).toBe(false);
    const counts = [...admitted.values()];
    expect(counts).toHaveLength(keys.length);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(fivePerYear.quota);
    expect(Math.max(...counts)).toBeLessThanOrEqual(2 * fivePerYear.quota);
  });
});
