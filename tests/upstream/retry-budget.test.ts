import { describe, expect, it } from 'vitest';
import { createRetryBudget } from '../../lib/upstream/retry-budget';

/** How many retries in a row are allowed. */
function taken(budget: ReturnType<typeof createRetryBudget>, nowMs: number): number {
  let count = 0;
  while (budget.take(20, nowMs)) count += 1;
  return count;
}

describe('a retry budget', () => {
  it('allows three a second where hardly a request comes', () => {
    expect(taken(createRetryBudget(), 60_000)).toBe(30);
  });

  it('allows its share of the requests of the last ten seconds on top', () => {
    const budget = createRetryBudget();
    for (let at = 60_000; at < 61_000; at += 10) budget.countRequests(10, at);
    expect(taken(budget, 61_000)).toBe(230);
  });

  it('has given out what it gave out until ten seconds have passed', () => {
    const budget = createRetryBudget();
    expect(taken(budget, 60_000)).toBe(30);
    expect(taken(budget, 68_000)).toBe(0);
    expect(taken(budget, 70_000)).toBe(30);
  });

  it('forgets requests of long ago', () => {
    const budget = createRetryBudget();
    budget.countRequests(1_000, 60_000);
    expect(taken(budget, 80_000)).toBe(30);
  });
});
