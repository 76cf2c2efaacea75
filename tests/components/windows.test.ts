import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blocksPerPage,
  blocksPerRow,
  groupIntoWindows,
  pagesOf,
  trimHistory,
  windowOfBlock,
} from '../../components/traffic/windows';
import { answerOf, blockOf, WINDOW_MS, WINDOW_START_MS } from './support/blocks';

const blocks = fc
  .array(fc.record({ offsetMs: fc.integer({ min: 0, max: 60_000 }), isAnswered: fc.boolean() }))
  .map((sent) =>
    sent
      .toSorted((a, b) => a.offsetMs - b.offsetMs)
      .map(({ offsetMs, isAnswered }, index) => {
        const sentAtMs = WINDOW_START_MS + offsetMs;
        const resetAtMs = (Math.floor(sentAtMs / WINDOW_MS) + 1) * WINDOW_MS;
        const answer = isAnswered ? answerOf('allowed', { resetAtMs }) : null;
        return blockOf(answer, { id: index + 1, sentAtMs });
      }),
  );

describe('the window of a block', () => {
  it('is the one that counted it, even when it was sent before that began', () => {
    const late = blockOf(answerOf('allowed', { resetAtMs: WINDOW_START_MS + WINDOW_MS }), {
      sentAtMs: WINDOW_START_MS - 3,
    });
    expect(windowOfBlock(late, WINDOW_MS)).toBe(WINDOW_START_MS);
  });

  it.each([
    ['pending', null],
    ['uncounted', answerOf('degraded')],
    ['failed', answerOf('error')],
  ])('is the one it was sent in while it is %s', (_, answer) => {
    const block = blockOf(answer, { sentAtMs: WINDOW_START_MS + 9_999 });
    expect(windowOfBlock(block, WINDOW_MS)).toBe(WINDOW_START_MS);
    expect(windowOfBlock({ ...block, sentAtMs: WINDOW_START_MS - 1 }, WINDOW_MS)).toBe(
      WINDOW_START_MS - WINDOW_MS,
    );
  });
});

describe('grouping into windows', () => {
  it('keeps every block once, windows ascending, each in order of sending', () => {
    fc.assert(
      fc.property(blocks, (sent) => {
        const windows = groupIntoWindows(sent, WINDOW_MS);
        const starts = windows.map(({ startMs }) => startMs);
        expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
        expect(windows.flatMap((window) => window.blocks)).toEqual(sent);
        for (const window of windows) {
          expect(window.startMs % WINDOW_MS).toBe(0);
          expect(window.blocks.length).toBeGreaterThan(0);
        }
      }),
    );
  });
});

describe('a block that waits for its turn', () => {
  const started = blockOf(null, { id: 1, sentAtMs: WINDOW_START_MS + 9_990 });
  const queued = blockOf(null, { id: 2, sentAtMs: WINDOW_START_MS + 9_990, isQueued: true });

  it('stands in the window that runs now, whenever it was queued', () => {
    expect(groupIntoWindows([started, queued], WINDOW_MS, WINDOW_START_MS + WINDOW_MS)).toEqual([
      { startMs: WINDOW_START_MS, blocks: [started] },
      { startMs: WINDOW_START_MS + WINDOW_MS, blocks: [queued] },
    ]);
    expect(groupIntoWindows([started, queued], WINDOW_MS, WINDOW_START_MS)).toHaveLength(1);
  });

  it('follows the first answer of a new window, even before the clock says that it began', () => {
    const answer = answerOf('allowed', { resetAtMs: WINDOW_START_MS + 2 * WINDOW_MS });
    const windows = groupIntoWindows([{ ...started, answer }, queued], WINDOW_MS, WINDOW_START_MS);
    expect(windows.map(({ startMs }) => startMs)).toEqual([WINDOW_START_MS + WINDOW_MS]);
  });
});

describe('trimming the history', () => {
  const page = blocksPerPage(5);

  it('keeps the newest, at most a page more than asked for, and leaves short histories alone', () => {
    fc.assert(
      fc.property(blocks, fc.integer({ min: 0, max: 80 }), (sent, max) => {
        const kept = trimHistory(sent, WINDOW_MS, page, max);
        expect(kept.length).toBeLessThan(Math.max(max, 0) + page + 1);
        expect(kept).toEqual(sent.slice(sent.length - kept.length));
        if (sent.length <= max) expect(kept).toBe(sent);
        else expect(kept.length).toBeGreaterThanOrEqual(max);
      }),
    );
  });

  it('takes whole pages from a window, so that what stays keeps its place', () => {
    const sent = Array.from({ length: 95 }, (_, index) => blockOf(null, { id: index + 1 }));
    expect(trimHistory(sent, WINDOW_MS, 20, 50).map(({ id }) => id)[0]).toBe(41);
  });
});

describe('laying out a window', () => {
  it.each([
    [1, 5],
    [3, 5],
    [4, 4],
    [5, 5],
    [8, 8],
    [9, 5],
    [1_000, 5],
  ])('puts a limit of %i in rows of %i', (limit, row) => {
    expect(blocksPerRow(limit)).toBe(row);
    expect(blocksPerPage(limit)).toBe(row * 4);
  });

  it('fills pages one after the other and has one even for nothing', () => {
    const eleven = Array.from({ length: 11 }, (_, index) => blockOf(null, { id: index }));
    expect(pagesOf(eleven, 5).map((page) => page.length)).toEqual([5, 5, 1]);
    expect(pagesOf(eleven.slice(0, 10), 5).map((page) => page.length)).toEqual([5, 5]);
    expect(pagesOf([], 5)).toEqual([[]]);
  });
});
