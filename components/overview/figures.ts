import type { Report } from './report';
import type { Timeline } from './timeline';

/** The numbers of a view. */
export interface Figures {
  readonly allowed: number;
  readonly denied: number;
  readonly errors: number;
  /** Shares of all requests, 0 to 1; undefined of none. */
  readonly shares: Readonly<Record<'allowed' | 'denied' | 'errors', number | undefined>>;
  /** Share of those let in that were answered well, 0 to 1; undefined of none. */
  readonly success: number | undefined;
  /** Requests per second, over all of it. */
  readonly mean: number;
  readonly latency: Report['totals']['latency_ms'];
}

/**
 * Sums up what the charts show, so that both always agree. Percentiles can't be summed; they are the
 * report's.
 */
export function figuresOf(timeline: Timeline, report: Report): Figures {
  const allowed = sum(timeline.allowed);
  const denied = sum(timeline.denied);
  const errors = sum(timeline.errors);
  const total = allowed + denied + errors;
  return {
    allowed,
    denied,
    errors,
    shares: {
      allowed: share(allowed, total),
      denied: share(denied, total),
      errors: share(errors, total),
    },
    success: share(allowed, allowed + errors),
    mean: share(total, timeline.to - timeline.from) ?? 0,
    latency: report.totals.latency_ms,
  };
}

function sum(counts: readonly (number | null)[]): number {
  let total = 0;
  for (const count of counts) total += count ?? 0;
  return total;
}

function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const tenths = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
/** Digits that are cut, not rounded: nobody is told 100 % while a request failed. */
const percent = new Intl.NumberFormat('en', { maximumFractionDigits: 2, roundingMode: 'floor' });

const LONGEST = 10_000_000;

/** A count in at most nine characters: `1,234,567`, `12.3M`. */
export function countWords(count: number): string {
  return count < LONGEST ? whole.format(count) : short.format(count);
}

/** Requests per second without more digits than they are worth. */
export function rateWords(rate: number): string {
  if (rate > 0 && rate < 0.05) return '<0.1';
  return rate < 100 ? tenths.format(rate) : countWords(rate);
}

/** A share, 0 to 1: `99.98 %`; `–` of nothing. What there is too little of to show is not nothing. */
export function shareWords(part: number | undefined): string {
  if (part === undefined) return '–';
  if (part > 0 && part < 0.0001) return '<0.01 %';
  return `${percent.format((part + Number.EPSILON) * 100)} %`;
}

/** A latency with its unit: `0.42 ms`, `12 ms`, `1.3 s`. */
export function latencyWords(ms: number | null): string {
  if (ms === null) return '–';
  if (ms < 10) return `${ms < 1 ? Math.ceil(ms * 100) / 100 : Math.round(ms * 10) / 10} ms`;
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${tenths.format(ms / 1_000)} s`;
}

const axis = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 2 });

/** A rate at an axis, where there is little room. */
export function axisWords(rate: number): string {
  return axis.format(rate);
}
