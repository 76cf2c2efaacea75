const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const clockTime = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

/** A count with thousands separated. */
export function formatCount(count: number): string {
  return number.format(count);
}

/** A duration with its unit: `0.4 ms`, `12 ms`, `1.2 s`. @param ms */
export function formatDuration(ms: number): string {
  if (ms < 1) return `${ms < 0.1 ? Math.ceil(ms * 100) / 100 : number.format(ms)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  return `${number.format(ms / 1_000)} s`;
}

/** Local wall-clock time, `12:04:10`. @param atMs Unix ms */
export function formatTime(atMs: number): string {
  return clockTime.format(atMs);
}

/** `1 request`, `2 requests`. */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A quota's period in words: `10 seconds`, `minute`, `2 hours`. @param seconds whole seconds */
export function formatPeriod(seconds: number): string {
  for (const [unit, size] of UNITS) {
    if (seconds % size === 0) return seconds === size ? unit : `${seconds / size} ${unit}s`;
  }
  return `${seconds} seconds`;
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;
