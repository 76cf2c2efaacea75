import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createTrafficLog } from '../../components/traffic/traffic-log';
import { blocksPerPage, trimHistory } from '../../components/traffic/windows';
import { answerOf, WINDOW_MS, WINDOW_START_MS } from './support/blocks';

const MAX = 40;
const PAGE = blocksPerPage(5);

/** A log that shows changes when told to. */
function manualLog() {
  const waiting: (() => void)[] = [];
  const log = createTrafficLog(
    (flush) => waiting.push(flush),
    (blocks) => trimHistory(blocks, WINDOW_MS, PAGE, MAX),
  );
  return {
    log,
    flush: () => {
      for (const run of waiting.splice(0)) run();
    },
    waiting,
  };
}

describe('the traffic log', () => {
  it('shows many changes at once', () => {
    const { log, flush, waiting } = manualLog();
    const listener = vi.fn();
    log.subscribe(listener);
    const [first = 0] = log.append('AAPL', 3, 0);
    log.start(first, 1);
    log.finish(first, answerOf('allowed', { remaining: 4 }));
    expect(log.snapshot().blocks).toEqual([]);
    expect(waiting).toHaveLength(1);
    flush();
    expect(listener).toHaveBeenCalledTimes(1);
    const { blocks, pending, latest, tally } = log.snapshot();
    expect(blocks.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(blocks.map(({ isQueued }) => isQueued)).toEqual([false, true, true]);
    expect(pending).toBe(2);
    expect(latest?.id).toBe(1);
    expect(tally.counts.allowed).toBe(1);
  });

  it('tells each answer once', () => {
    const { log, flush } = manualLog();
    const [id = 0] = log.append('AAPL', 1, 0);
    log.finish(id, answerOf('denied'));
    flush();
    expect(log.snapshot().answered.map((block) => block.id)).toEqual([1]);
    log.append('AAPL', 1, 0);
    flush();
    expect(log.snapshot().answered).toEqual([]);
    expect(log.snapshot().tally.counts.denied).toBe(1);
  });

  it('keeps the last quote while requests are refused', () => {
    const { log, flush } = manualLog();
    const [first = 0, second = 0] = log.append('AAPL', 2, 0);
    const quote = { ticker: 'AAPL', price: 1, change: -1, change_percent: -2 };
    log.finish(first, answerOf('allowed', { body: JSON.stringify(quote) }));
    log.finish(second, answerOf('denied', { body: JSON.stringify(quote) }));
    flush();
    expect(log.snapshot().quote).toEqual(quote);
  });

  it('remains bounded, and its tally right, whatever comes', () => {
    const step = fc.record({ count: fc.integer({ min: 1, max: 30 }), answered: fc.nat(30) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { log, flush } = manualLog();
        let finished = 0;
        for (const { count, answered } of steps) {
          const ids = log.append('AAPL', count, WINDOW_START_MS);
          for (const id of ids.slice(0, answered)) {
            log.finish(id, answerOf('allowed'));
            finished += 1;
          }
          flush();
          const { blocks, pending, tally } = log.snapshot();
          expect(blocks.length).toBeLessThan(MAX + PAGE);
          expect(blocks.at(-1)?.id).toBe(ids.at(-1));
          expect(pending).toBe(blocks.filter(({ answer }) => answer === null).length);
          expect(tally.counts.allowed).toBe(finished);
        }
      }),
    );
  });

  it('forgets all and starts at 1 when cleared; late answers to forgotten blocks are dropped', () => {
    const { log, flush } = manualLog();
    const ids = log.append('AAPL', 2, 0);
    flush();
    log.clear();
    for (const id of ids) log.finish(id, answerOf('allowed'));
    flush();
    expect(log.snapshot().blocks).toEqual([]);
    expect(log.snapshot().tally.counts.allowed).toBe(0);
    expect(log.append('AAPL', 1, 0)).toEqual([1]);
  });
});
