import type { Block } from './block';

/** Requests that fell into one window of the limiter. Unix ms on the server's clock. */
export interface TrafficWindow {
  readonly startMs: number;
  readonly blocks: readonly Block[];
}

/** Rows of blocks that a window shows before it goes on beside them. */
const ROWS = 4;

/** Blocks in a row: the limit itself where it fits, so that what exceeds it falls below. */
export function blocksPerRow(limit: number): number {
  return limit >= 4 && limit <= 8 ? limit : 5;
}

/** Blocks laid out as one unit: history is forgotten by whole pages, so what stays never moves. */
export function blocksPerPage(limit: number): number {
  return blocksPerRow(limit) * ROWS;
}

/** Start of the window that holds a moment; windows are aligned to the Unix epoch. */
export function windowStart(atMs: number, windowMs: number): number {
  return Math.floor(atMs / windowMs) * windowMs;
}

/** The window that counted a block by its answer, or the one it was sent in. */
export function windowOfBlock({ answer, sentAtMs }: Block, windowMs: number): number {
  const resetAtMs = answer?.resetAtMs ?? null;
  return resetAtMs === null
    ? windowStart(sentAtMs, windowMs)
    : windowStart(resetAtMs - windowMs, windowMs);
}

/**
 * Blocks by window, oldest window first, each in order of sending. What still waits for its turn
 * stands in the newest window: it will be counted there or later.
 * @param currentMs start of the window that runs now, if known: Unix ms on the server's clock
 */
export function groupIntoWindows(
  blocks: readonly Block[],
  windowMs: number,
  currentMs = 0,
): TrafficWindow[] {
  const starts = blocks.map((block) => windowOfBlock(block, windowMs));
  const newestMs = starts.reduce((a, b) => Math.max(a, b), windowStart(currentMs, windowMs));
  const byStart = new Map<number, Block[]>();
  for (const [index, block] of blocks.entries()) {
    const startMs = block.isQueued ? newestMs : (starts[index] ?? newestMs);
    const members = byStart.get(startMs);
    if (members === undefined) byStart.set(startMs, [block]);
    else members.push(block);
  }
  return [...byStart]
    .map(([startMs, members]) => ({ startMs, blocks: members }))
    .sort((a, b) => a.startMs - b.startMs);
}

/**
 * Forgets the oldest blocks beyond `max`: whole windows first, then whole pages of the oldest
 * window left. May keep up to a page more than `max`.
 */
export function trimHistory(
  blocks: readonly Block[],
  windowMs: number,
  pageSize: number,
  max: number,
): readonly Block[] {
  let excess = blocks.length - max;
  if (excess <= 0) return blocks;
  const forgotten = new Set<Block>();
  for (const window of groupIntoWindows(blocks, windowMs)) {
    const size = window.blocks.length;
    const drop = size <= excess ? size : Math.floor(excess / pageSize) * pageSize;
    for (const block of window.blocks.slice(0, drop)) forgotten.add(block);
    excess -= drop;
    if (drop < size) break;
  }
  return blocks.filter((block) => !forgotten.has(block));
}

/** Things in pages, at least one. */
export function pagesOf<T>(all: readonly T[], pageSize: number): readonly (readonly T[])[] {
  const pages = [all.slice(0, pageSize)];
  for (let at = pageSize; at < all.length; at += pageSize) {
    pages.push(all.slice(at, at + pageSize));
  }
  return pages;
}
