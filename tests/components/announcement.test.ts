import { describe, expect, it } from 'vitest';
import { announce, describeBlock } from '../../components/traffic/announcement';
import { captionsOf } from '../../components/traffic/captions';
import { answerOf, blockOf } from './support/blocks';

describe('a block in words', () => {
  it.each([
    ['Request 1: queued', blockOf(null, { isQueued: true })],
    ['Request 1: pending', blockOf(null)],
    ['Request 1: allowed, 200, 3 ms, 4 remaining', blockOf(answerOf('allowed', { remaining: 4 }))],
    ['Request 1: denied, 429, 3 ms, retry after 6 s', blockOf(answerOf('denied'))],
    ['Request 1: allowed uncounted, 200, 3 ms', blockOf(answerOf('degraded'))],
    ['Request 1: failed, 3 ms', blockOf(answerOf('error'))],
    ['Request 1: failed, 502, 3 ms', blockOf(answerOf('error', { status: 502 }))],
  ])('%s', (words, block) => {
    expect(describeBlock(block)).toBe(words);
  });
});

describe('a batch in words', () => {
  const batch = (...outcomes: Parameters<typeof answerOf>[0][]) =>
    outcomes.map((outcome, index) => blockOf(answerOf(outcome), { id: index + 1 }));

  it('sums a burst up in one sentence', () => {
    expect(
      announce(
        batch('allowed', 'allowed', 'allowed', 'allowed', 'allowed', 'denied', 'denied', 'denied'),
      ),
    ).toBe('8 requests: 5 allowed, 3 denied');
  });

  it('names every outcome, and only those that came', () => {
    expect(announce(batch('error', 'degraded', 'denied', 'allowed'))).toBe(
      '4 requests: 1 allowed, 1 denied, 1 allowed uncounted, 1 failed',
    );
    expect(announce(batch('denied', 'denied'))).toBe('2 requests: 2 denied');
  });

  it('tells a single one in full, and of nothing nothing', () => {
    expect(announce(batch('denied'))).toBe('Request 1: denied, 429, 3 ms, retry after 6 s');
    expect(announce([])).toBe('');
  });
});

describe('captions on a block', () => {
  it.each([
    ['200 3ms', '4 left', blockOf(answerOf('allowed', { remaining: 4 }))],
    ['429 3ms', 'wait 6s', blockOf(answerOf('denied'))],
    ['200 3ms', 'free', blockOf(answerOf('degraded'))],
    ['3ms', 'failed', blockOf(answerOf('error'))],
    ['', 'queued', blockOf(null, { isQueued: true })],
    ['', '', blockOf(null)],
  ])('"%s" over "%s"', (top, bottom, block) => {
    expect(captionsOf(block)).toEqual([top, bottom]);
  });
});
