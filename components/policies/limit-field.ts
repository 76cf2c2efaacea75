import type { LimitFields } from '@/lib/policy';
import type { LimitDraft } from './policy-draft';

export interface FieldWords {
  readonly label: string;
  readonly hint: string;
  /** Milliseconds in configuration, seconds on the page. */
  readonly isPeriod: boolean;
}

const DEFAULT_PERIOD_MS = 10_000;
const DEFAULT_QUOTA = 10;

const PERIODS: Readonly<Record<string, readonly [label: string, hint: string]>> = {
  window_ms: ['Window', 'How long a window is'],
  refill_interval_ms: ['Every', 'As an even flow'],
  lease_ms: ['Lease', 'Until a dead one’s slot is free'],
};

const QUOTAS: Readonly<Record<string, readonly [label: string, hint: string]>> = {
  'token-bucket': ['Capacity', 'The largest burst'],
  gcra: ['Capacity', 'The largest burst'],
  concurrency: ['Slots', 'Requests at once'],
};

/** What a limit's number is called and how it is given. @param field such as `window_ms` */
export function fieldWords(algorithm: string, field: string): FieldWords {
  const isPeriod = field.endsWith('_ms');
  const [label, hint] = wordsFor(algorithm, field);
  return { label, hint, isPeriod };
}

function wordsFor(algorithm: string, field: string): readonly [string, string] {
  if (field === 'quota') return QUOTAS[algorithm] ?? ['Requests', 'Allowed per window'];
  if (field === 'refill_tokens') return ['Refill', 'Tokens that flow in'];
  const words = field.replace(/_ms$/, '').replaceAll('_', ' ');
  return PERIODS[field] ?? [words.charAt(0).toUpperCase() + words.slice(1), ''];
}

/** The limit under another algorithm; numbers that both have stay, a window becomes an interval. */
export function withAlgorithm(limit: LimitDraft, { algorithm, numbers }: LimitFields): LimitDraft {
  const periodMs =
    Object.entries(limit).find(([field]) => field.endsWith('_ms'))?.[1] ?? DEFAULT_PERIOD_MS;
  const quota = limit.quota ?? DEFAULT_QUOTA;
  const entries = numbers.map((field) => {
    const fallback = field.endsWith('_ms') ? periodMs : quota;
    return [field, limit[field] ?? fallback] as const;
  });
  const { name } = limit;
  return { algorithm, ...Object.fromEntries(entries), ...(name !== undefined && { name }) };
}
