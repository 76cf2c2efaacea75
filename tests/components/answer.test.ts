import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseObject, toAnswer } from '../../components/traffic/answer';
import type { HeaderList } from '../../components/traffic/block';
import { quoteIn } from '../../components/traffic/quote';
import { answerOf, WINDOW_START_MS } from './support/blocks';

function answerTo(status: number, headers: HeaderList, body = '') {
  return toAnswer({
    status,
    headers,
    body,
    firstByteMs: 1,
    latencyMs: 2,
    receivedAtMs: WINDOW_START_MS,
  });
}

describe('an answer', () => {
  it('is read from its headers', () => {
    const answer = answerTo(200, [
      ['ratelimit', '"stock-price";r=3;t=7'],
      ['x-ratelimit-limit', '5'],
      ['x-ratelimit-remaining', '3'],
      ['x-ratelimit-reset', '1763689610'],
    ]);
    expect(answer).toMatchObject({
      outcome: 'allowed',
      limit: 5,
      remaining: 3,
      resetAtMs: 1_763_689_610_000,
      resetSeconds: 7,
      retryAfterSeconds: null,
      decidedBy: null,
    });
  });

  it('tells who denied', () => {
    const denied = (body: string) => answerTo(429, [['retry-after', '7']], body);
    expect(denied('{"decided_by":"deny-cache"}')).toMatchObject({
      outcome: 'denied',
      retryAfterSeconds: 7,
      decidedBy: 'deny-cache',
    });
    expect(denied('{"decided_by":"store"}').decidedBy).toBe('store');
    expect(denied('{"decided_by":"me"}').decidedBy).toBeNull();
    expect(denied('<html>').decidedBy).toBeNull();
  });

  it.each([
    [200, [['x-ratelimit-status', 'degraded']], 'degraded'],
    [204, [], 'allowed'],
    [302, [], 'error'],
    [400, [], 'error'],
    [503, [['x-ratelimit-status', 'degraded']], 'error'],
  ] as const)('of %i %j is %s', (status, headers, outcome) => {
    expect(answerTo(status, headers).outcome).toBe(outcome);
  });

  it('believes no number that is none', () => {
    const number = fc.string().filter((text) => !/^\d+$/.test(text));
    fc.assert(
      fc.property(number, (text) => {
        const headers = ['limit', 'remaining', 'reset'].map(
          (name) => [`x-ratelimit-${name}`, text] as const,
        );
        expect(answerTo(200, headers)).toMatchObject({
          limit: null,
          remaining: null,
          resetAtMs: null,
        });
      }),
    );
  });
});

describe('a body', () => {
  it.each(['', 'null', '[]', '"text"', '5', '{', '<html>'])('%j is no object', (text) => {
    expect(parseObject(text)).toBeUndefined();
  });

  it('holds a quote only when it is whole and was answered with 200', () => {
    const quote = { ticker: 'AAPL', price: 1, change: 2, change_percent: 3 };
    const body = JSON.stringify({ ...quote, as_of: 'now' });
    expect(quoteIn(answerOf('allowed', { body }))).toEqual(quote);
    expect(quoteIn(answerOf('denied', { body }))).toBeUndefined();
    const broken = JSON.stringify({ ...quote, price: '1' });
    expect(quoteIn(answerOf('allowed', { body: broken }))).toBeUndefined();
  });
});
