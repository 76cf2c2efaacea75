import { describe, expect, it } from 'vitest';
import {
  createSeats,
  MOST_OF_ADMIN_IP,
  MOST_OF_IP,
  MOST_VIEWERS,
} from '../../../lib/telemetry/live/seats';

describe('seats for viewers', () => {
  it.each([
    ['everybody', false, MOST_OF_IP],
    ['admins', true, MOST_OF_ADMIN_IP],
  ])('are bounded for one address: %s', (_, isAdmin, most) => {
    const seats = createSeats();
    for (let i = 0; i < most; i++) expect(seats.take('a', isAdmin)).toBeDefined();
    expect(seats.take('a', isAdmin)).toBeUndefined();
    expect(seats.take('b', isAdmin)).toBeDefined();
    expect(seats.take('a', !isAdmin)).toBeDefined();
  });

  it('are bounded in all, and strangers leave some to admins', () => {
    const seats = createSeats();
    let strangers = 0;
    while (seats.take(`stranger ${strangers}`, false) !== undefined) strangers += 1;
    expect(strangers).toBe(900);
    let admins = 0;
    while (seats.take(`admin ${admins}`, true) !== undefined) admins += 1;
    expect(seats.taken).toBe(MOST_VIEWERS);
    expect(admins).toBe(100);
  });

  it('that are given back are free again, once', () => {
    const seats = createSeats();
    const [first] = Array.from({ length: MOST_OF_IP }, () => seats.take('a', false));
    expect(seats.take('a', false)).toBeUndefined();
    first?.();
    first?.();
    expect(seats.taken).toBe(MOST_OF_IP - 1);
    expect(seats.take('a', false)).toBeDefined();
    expect(seats.take('a', false)).toBeUndefined();
  });
});
