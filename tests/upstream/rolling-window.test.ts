import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRollingWindow } from '../../lib/upstream/rolling-window';

describe('a rolling window', () => {
  it('counts each kind apart', () => {
    const window = createRollingWindow(1_000, 2);
    window.add(0, 5_000);
    window.add(0, 5_001);
    window.add(1, 5_001);
    expect([window.count(0, 5_002), window.count(1, 5_002)]).toEqual([2, 1]);
  });

  it('forgets after a long silence', () => {
    const window = createRollingWindow(1_000, 1);
    window.add(0, 5_000);
    expect(window.count(0, 5_000_000)).toBe(0);
  });

  it('counts nothing older than the window, and all that is younger than nine tenths of it', () => {
    const windowMs = 1_000;
    const visits = fc.array(fc.tuple(fc.nat(1), fc.nat(400)), { maxLength: 100 });
    const property = fc.property(fc.nat(10_000), visits, (startMs, steps) => {
      const window = createRollingWindow(windowMs, 2);
      const added: [number, number][] = [];
      let nowMs = startMs;
      for (const [kind, afterMs] of steps) {
        nowMs += afterMs;
        window.add(kind, nowMs);
        added.push([kind, nowMs]);
        for (const asked of [0, 1]) {
          const youngerThan = (ageMs: number) =>
            added.filter(([ofKind, atMs]) => ofKind === asked && nowMs - atMs < ageMs).length;
          const count = window.count(asked, nowMs);
          expect(count).toBeLessThanOrEqual(youngerThan(windowMs));
          expect(count).toBeGreaterThanOrEqual(youngerThan(windowMs * 0.9));
        }
      }
    });
    fc.assert(property);
  });
});
