import { describe, expect, it } from 'vitest';
import {
  createOpenings,
  MOST_ADMIN_OPENINGS,
  MOST_OPENINGS,
} from '../../../lib/telemetry/live/openings';

describe('openings of streams', () => {
  it.each([
    ['everybody', false, MOST_OPENINGS],
    ['admins', true, MOST_ADMIN_OPENINGS],
  ])('are bounded for one address, until ten seconds are over: %s', (_, isAdmin, most) => {
    const openings = createOpenings();
    const admit = (ip: string, atMs: number) => openings.admit(ip, isAdmin, atMs);
    for (let opened = 0; opened < most; opened++) expect(admit('a', 100 + opened)).toBe(true);
    expect(admit('a', 9_999)).toBe(false);
    expect(admit('b', 9_999)).toBe(true);
    expect(openings.admit('a', !isAdmin, 9_999)).toBe(true);
    expect(admit('a', 10_100)).toBe(true);
  });

  it('of more addresses than are counted apart lock nobody out', () => {
    const openings = createOpenings();
    for (let opened = 0; opened <= MOST_OPENINGS; opened++) openings.admit('a', false, 0);
    expect(openings.admit('a', false, 0)).toBe(false);
    for (let other = 0; other < 20_000; other++) {
      expect(openings.admit(`other ${other}`, false, 0)).toBe(true);
    }
    expect(openings.admit('a', false, 0)).toBe(true);
  });
});
