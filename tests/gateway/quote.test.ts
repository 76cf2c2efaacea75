import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteAt } from '../../lib/gateway/quote';

const NOON = 1_795_262_400;

describe('a simulated quote', () => {
  it('is the same wherever and whenever it is asked for', () => {
    expect(quoteAt('AAPL', NOON)).toEqual(quoteAt('AAPL', NOON));
    expect(quoteAt('AAPL', NOON).price).not.toBe(quoteAt('MSFT', NOON).price);
  });

  it('starts each day from no change', () => {
    expect(quoteAt('AAPL', NOON - (NOON % 86_400))).toMatchObject({ change: 0, change_percent: 0 });
  });

  it('wanders: positive, to the cent, and never by more than a few percent a second', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z][A-Z0-9.-]{0,9}$/), fc.nat(2 ** 31), (ticker, at) => {
        const { price } = quoteAt(ticker, at);
        const later = quoteAt(ticker, at + 1).price;
        expect(price).toBeGreaterThan(1);
        expect(Math.abs(price * 100 - Math.round(price * 100))).toBeLessThan(1e-6);
        expect(Math.abs(later / price - 1)).toBeLessThan(0.03);
      }),
    );
  });

  it('moves', () => {
    const prices = Array.from({ length: 60 }, (_, second) => quoteAt('NVDA', NOON + second).price);
    expect(new Set(prices).size).toBeGreaterThan(2);
  });
});
