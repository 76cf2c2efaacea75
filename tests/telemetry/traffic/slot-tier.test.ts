import { describe, expect, it } from 'vitest';
import { SlotTier } from '@/lib/telemetry/traffic/slot-tier';
import { frameOf, slotAt } from './traffic';

const HOUR = 1_750_003_200;
const MINUTE = 60;

function tierOf(mostBytes: number) {
  const tier = new SlotTier({ slotSeconds: 1, keptSeconds: 3_600, mostBytes });
  const put = (at: number) => tier.put(frameOf({}), slotAt(at, { allowed: 1 }), at);
  return { tier, put };
}

describe('a tier of slots', () => {
  it('holds nothing for times without requests', () => {
    const { tier, put } = tierOf(2 ** 30);
    put(HOUR);
    const { bytes } = tier;
    put(HOUR + 1);
    expect(tier.bytes).toBeLessThan(bytes + 100);
    expect(tier.chunkAt(HOUR + MINUTE)).toBeUndefined();
  });

  it('keeps as much in its second hour as in its first', () => {
    const { tier, put } = tierOf(2 ** 30);
    for (let second = 0; second < 3_600; second++) put(HOUR + second);
    const { bytes } = tier;
    for (let second = 3_600; second < 3 * 3_600; second++) put(HOUR + second);
    expect(tier.bytes).toBeLessThan(bytes * 1.1);
  });

  it('gives up the oldest when it holds too much', () => {
    const { tier, put } = tierOf(10_000);
    for (let minute = 0; minute < 50; minute++) put(HOUR + minute * MINUTE);
    expect(tier.chunkAt(HOUR)).toBeUndefined();
    expect(tier.chunkAt(HOUR + 49 * MINUTE)).toBeDefined();
    expect(tier.bytes).toBeLessThan(20_000);
  });
});
