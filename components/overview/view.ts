import type { LiveFilter } from '@/components/live/feed';
import type { RequestVerdict } from '@/lib/gateway';

/** Times that end now. */
export const RANGES = [
  { value: '5m', seconds: 300, words: '5 min', time: '5 minutes' },
  { value: '15m', seconds: 900, words: '15 min', time: '15 minutes' },
  { value: '1h', seconds: 3_600, words: '1 h', time: 'hour' },
  { value: '6h', seconds: 21_600, words: '6 h', time: '6 hours' },
  { value: '24h', seconds: 86_400, words: '24 h', time: '24 hours' },
  { value: '7d', seconds: 604_800, words: '7 d', time: '7 days' },
] as const;

export type Range = (typeof RANGES)[number]['value'];

const VERDICTS = ['allowed', 'denied', 'error'] as const;

/** A time that stands still, Unix seconds; the end is not part of it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What is looked at: everything that a link to it has to carry. */
export interface View extends LiveFilter {
  readonly range: Range;
  /** In place of the range, which is where one comes back to. */
  readonly span?: Span | undefined;
  /** Which of the three is looked at alone. */
  readonly verdict?: RequestVerdict | undefined;
}

export const FILTERS = ['route', 'policy', 'replica'] as const;
export type FilterName = (typeof FILTERS)[number];

const STANDARD: Range = '15m';
const LONGEST_NAME = 256;

/** The view that an address names; what it says wrong is as good as not said. */
export function readView(query: URLSearchParams): View {
  const name = (key: string) => query.get(key)?.slice(0, LONGEST_NAME) || undefined;
  const asked = query.get('range');
  return {
    range: RANGES.find(({ value }) => value === asked)?.value ?? STANDARD,
    span: readSpan(query.get('from'), query.get('to')),
    route: name('route'),
    policy: name('policy'),
    replica: name('replica'),
    verdict: VERDICTS.find((verdict) => verdict === query.get('verdict')),
  };
}

function readSpan(from: string | null, to: string | null): Span | undefined {
  const span = { from: Number(from ?? Number.NaN), to: Number(to ?? Number.NaN) };
  const isSpan = Number.isSafeInteger(span.from) && Number.isSafeInteger(span.to);
  return isSpan && span.from > 0 && span.from < span.to ? span : undefined;
}

/** The address of a view, without what goes without saying. */
export function viewAddress(view: View): string {
  const query = new URLSearchParams();
  if (view.range !== STANDARD) query.set('range', view.range);
  if (view.span !== undefined) {
    query.set('from', String(view.span.from));
    query.set('to', String(view.span.to));
  }
  for (const key of [...FILTERS, 'verdict'] as const) {
    const value = view[key];
    if (value !== undefined) query.set(key, value);
  }
  return query.size === 0 ? '/overview' : `/overview?${query}`;
}

/** Where the report of a view is, below `/api/v1/admin`. */
export function reportPath({ range, span, ...view }: View): string {
  const query = new URLSearchParams(
    span === undefined ? { range } : { from: String(span.from), to: String(span.to) },
  );
  for (const key of FILTERS) {
    const value = view[key];
    if (value !== undefined) query.set(key, value);
  }
  return `/traffic?${query}`;
}

/** Whether a view moves on with every second. */
export function isLive({ range, span }: View): boolean {
  return span === undefined && (range === '5m' || range === '15m' || range === '1h');
}

/** The time of a range in words: `the last 15 minutes`. */
export function rangeWords(range: Range): string {
  return `the last ${RANGES.find(({ value }) => value === range)?.time ?? range}`;
}
