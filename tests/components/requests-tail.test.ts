import { describe, expect, test } from 'vitest';
import type { LiveDecision } from '@/components/requests/decision';
import {
  EMPTY_TAIL,
  MOST_ROWS,
  narrowed,
  released,
  sampleOf,
  type Tail,
  withArrivals,
} from '@/components/requests/tail';
import { decisionOf, decisionsOf } from './support/decisions';

const idsOf = (rows: Tail['rows']) => rows.map(({ decision }) => decision.id);
const arrive = (tail: Tail, decisions: readonly LiveDecision[]) =>
  withArrivals(tail, decisions, false);
const wait = (tail: Tail, decisions: readonly LiveDecision[]) =>
  withArrivals(tail, decisions, true);

describe('a tail', () => {
  test('shows the newest first', () => {
    const tail = arrive(arrive(EMPTY_TAIL, decisionsOf(2)), decisionsOf(2, 3));
    expect(idsOf(tail.rows)).toEqual(['4', '3', '2', '1']);
  });

  test('moves nothing while somebody reads, and counts the requests that wait', () => {
    const before = arrive(EMPTY_TAIL, decisionsOf(2));
    const tail = wait(before, [decisionOf({ id: '3', weight: 8 }), decisionOf({ id: '4' })]);
    expect(tail.rows).toBe(before.rows);
    expect(idsOf(tail.waiting)).toEqual(['4', '3']);
    expect(tail.waitingRequests).toBe(9);
  });

  test('lets in what waited, in its order', () => {
    const tail = released(wait(arrive(EMPTY_TAIL, decisionsOf(1)), decisionsOf(2, 2)));
    expect(idsOf(tail.rows)).toEqual(['3', '2', '1']);
    expect(tail).toMatchObject({ waiting: [], waitingRequests: 0 });
  });

  test('keeps the latest only, but counts all that waited', () => {
    const many = decisionsOf(MOST_ROWS + 20);
    expect(idsOf(arrive(EMPTY_TAIL, many).rows).at(-1)).toBe('21');
    const tail = wait(wait(EMPTY_TAIL, many), decisionsOf(5, MOST_ROWS + 21));
    expect(tail.waiting).toHaveLength(MOST_ROWS);
    expect(tail.waitingRequests).toBe(MOST_ROWS + 25);
    expect(released(tail).rows).toHaveLength(MOST_ROWS);
  });

  test('tells requests apart that name themselves alike', () => {
    const same = decisionOf();
    const { rows } = arrive(arrive(EMPTY_TAIL, [same, same]), [same]);
    expect(new Set(rows.map(({ number }) => number)).size).toBe(3);
  });

  test('keeps only what a new filter wants, also of what waits', () => {
    const tail = wait(arrive(EMPTY_TAIL, decisionsOf(4)), decisionsOf(4, 5));
    const even = narrowed(tail, ({ id }) => Number(id) % 2 === 0);
    expect(idsOf(even.rows)).toEqual(['4', '2']);
    expect(idsOf(even.waiting)).toEqual(['8', '6']);
    expect(even.waitingRequests).toBe(2);
  });

  test('stays the same where nothing changes', () => {
    const tail = arrive(EMPTY_TAIL, decisionsOf(1));
    expect(arrive(tail, [])).toBe(tail);
    expect(released(tail)).toBe(tail);
  });
});

test.each([
  [0, 0, 1],
  [10, 10, 1],
  [50, 400, 8],
  [3, 10, 3],
])('%i decisions for %i requests show 1 of %i', (decisions, requests, sample) => {
  expect(sampleOf(decisions, requests)).toBe(sample);
});
