import { expect, test } from 'vitest';
import { type Line, linesOf } from '@/components/requests/lines';
import { EMPTY_TAIL, MOST_ROWS, withArrivals } from '@/components/requests/tail';
import { decisionOf, decisionsOf } from './support/decisions';

const any = () => true;
const found = (items = decisionsOf(2), answered = 3) => ({
  items,
  replicas_asked: 3,
  replicas_answered: answered,
});
const told = (lines: readonly Line[]) =>
  lines.map((line) => (line.kind === 'note' ? line.text : line.decision.id));

test('live requests come first, then what else is kept', () => {
  const tail = withArrivals(EMPTY_TAIL, decisionsOf(2, 10), false);
  expect(told(linesOf(tail, found(), any, false))).toEqual([
    '11',
    '10',
    'Before this page was opened: asked 3 of 3 replicas',
    '1',
    '2',
  ]);
});

test('a request that was told live is not found again, not even while it waits', () => {
  const shown = withArrivals(EMPTY_TAIL, decisionsOf(1), false);
  const tail = withArrivals(shown, decisionsOf(1, 2), true);
  const later = decisionsOf(3).map((decision) => ({ ...decision, at: decision.at + 1 }));
  expect(told(linesOf(tail, found(later), any, false)).slice(2)).toEqual(['3']);
});

test('another request with the same id is another', () => {
  const tail = withArrivals(EMPTY_TAIL, [decisionOf()], false);
  const earlier = decisionOf({ at: decisionOf().at - 60_000 });
  const elsewhere = decisionOf({ replica: 'gateway-2' });
  expect(linesOf(tail, found([earlier, elsewhere]), any, false)).toHaveLength(4);
});

test('a search says how much it found, and that replicas did not answer', () => {
  expect(told(linesOf(EMPTY_TAIL, found(), any, true))[0]).toBe(
    '2 found among what is kept: asked 3 of 3 replicas',
  );
  expect(told(linesOf(EMPTY_TAIL, found([], 1), any, true))).toEqual([
    'Nothing found among what is kept: only 1 of 3 replicas answered',
  ]);
});

test('nothing is said where there is nothing to say', () => {
  expect(told(linesOf(EMPTY_TAIL, found([]), any, false))).toEqual([]);
  expect(told(linesOf(EMPTY_TAIL, undefined, any, true))).toEqual([]);
});

test('what an earlier question found is not the answer to a later one', () => {
  const lines = linesOf(EMPTY_TAIL, found(), ({ id }) => id === '2', true);
  expect(told(lines).slice(1)).toEqual(['2']);
});

test('the page is bounded, whatever it is told', () => {
  const tail = withArrivals(EMPTY_TAIL, decisionsOf(2 * MOST_ROWS), false);
  expect(linesOf(tail, found(decisionsOf(200, 5_000)), any, false)).toHaveLength(MOST_ROWS);
});
