/** Tops of a scale whose half is as easy to read. */
const NEAT = [1, 2, 3, 4, 6, 8, 10] as const;

/** The least neat number that is not below `value`. @param value above 0 */
export function neatTop(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  const neat = NEAT.find((candidate) => candidate * unit >= value) ?? 10;
  return Number((neat * unit).toPrecision(3));
}

/**
 * The top of a scale from zero. It grows at once and comes down only when the values need less than
 * half of it, so that a live chart does not breathe.
 * @param previous the top so far; 0: none
 * @param highest of what is shown
 * @param least the lowest top there is
 */
export function steadyTop(previous: number, highest: number, least: number): number {
  const needed = Math.max(least, highest > 0 ? neatTop(highest) : 0);
  return needed > previous || needed < previous / 2 ? needed : previous;
}

const withSeconds = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const withMinutes = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

const MINUTE = 60;
const DAY = 86_400;

/** Ticks of a time axis in the reader's own time. @param at Unix seconds @param apart seconds between two ticks */
export function timeLabel(at: number, apart: number): string {
  const date = at * 1_000;
  if (apart < MINUTE) return withSeconds.format(date);
  if (apart >= DAY) return day.format(date);
  const time = withMinutes.format(date);
  return time === '00:00' ? day.format(date) : time;
}

/** A point of a chart in words: with its day once that is not clear. @param at Unix seconds @param step of the chart, seconds @param span of the chart, seconds */
export function pointLabel(at: number, step: number, span: number): string {
  const date = at * 1_000;
  const time = (step < MINUTE ? withSeconds : withMinutes).format(date);
  return span > DAY / 4 ? `${day.format(date)}, ${time}` : time;
}

/** Where in ascending `xs` the value next to `x` is; -1 of nothing. */
export function nearestIndex(xs: readonly number[], x: number): number {
  let low = 0;
  let high = xs.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((xs[middle] ?? 0) < x) low = middle + 1;
    else high = middle;
  }
  const here = xs[low];
  const before = xs[low - 1];
  if (here === undefined) return -1;
  return before !== undefined && x - before < here - x ? low - 1 : low;
}
