import { describe, expect, it } from 'vitest';
import {
  createPlaces,
  MOST_OF_ADMIN_IP,
  MOST_OF_IP,
  MOST_VIEWERS,
} from '../../../lib/telemetry/live/places';

describe('places for viewers', () => {
  it.each([
    ['everybody', false, MOST_OF_IP],
    ['admins', true, MOST_OF_ADMIN_IP],
  ])('are bounded for one address: %s', (_, isAdmin, most) => {
    const places = createPlaces();
    for (let i = 0; i < most; i++) expect(places.take('a', isAdmin)).toBeDefined();
    expect(places.take('a', isAdmin)).toBeUndefined();
    expect(places.take('b', isAdmin)).toBeDefined();
    expect(places.take('a', !isAdmin)).toBeDefined();
  });

  it('are bounded in all, and strangers leave some to admins', () => {
    const places = createPlaces();
    let strangers = 0;
    while (places.take(`stranger ${strangers}`, false) !== undefined) strangers += 1;
    expect(strangers).toBe(900);
    let admins = 0;
    while (places.take(`admin ${admins}`, true) !== undefined) admins += 1;
    expect(places.taken).toBe(MOST_VIEWERS);
    expect(admins).toBe(100);
  });

  it('that are given back are free again, once', () => {
    const places = createPlaces();
    const [first] = Array.from({ length: MOST_OF_IP }, () => places.take('a', false));
    expect(places.take('a', false)).toBeUndefined();
    first?.();
    first?.();
    expect(places.taken).toBe(MOST_OF_IP - 1);
    expect(places.take('a', false)).toBeDefined();
    expect(places.take('a', false)).toBeUndefined();
  });
});
