import { algorithmName } from '@/components/traffic/algorithm-name';
import { formatCount } from '@/components/traffic/format';
import type { Amount, LimitDraft } from './policy-draft';

const UNITS = [
  ['day', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** What follows `per`: `10 s`, `min`, `1.5 s`, `250 ms`. */
export function periodWords(ms: number): string {
  for (const [unit, size] of UNITS) {
    if (ms === size) return unit;
    if (ms % size === 0) return `${ms / size} ${unit}${unit === 'day' ? 's' : ''}`;
  }
  return ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`;
}

/** A limit in a line: `5 per 10 s, fixed window`. */
export function limitWords(limit: LimitDraft): string {
  const { algorithm, quota, window_ms, refill_tokens, refill_interval_ms } = limit;
  const count = typeof quota === 'number' ? formatCount(quota) : '?';
  const name = algorithmName(algorithm);
  if (algorithm === 'concurrency') return `${count} at once`;
  if (window_ms !== undefined) return `${count} per ${period(window_ms)}, ${name}`;
  if (refill_tokens !== undefined) {
    const refill = typeof refill_tokens === 'number' ? formatCount(refill_tokens) : '?';
    return `up to ${count}, ${refill} back per ${period(refill_interval_ms)}, ${name}`;
  }
  return `${count}, ${name}`;
}

function period(ms: string | Amount | undefined): string {
  return typeof ms === 'number' ? periodWords(ms) : '?';
}

const PARTS: Readonly<Record<string, string>> = {
  identity: 'caller',
  ip: 'IP address',
  'api-key': 'API key',
  user: 'user',
  tier: 'tier',
  route: 'route',
};

/** What is counted apart: `IP address + route`. */
export function scopeWords(scope: readonly string[]): string {
  if (scope.length === 0) return 'everyone together';
  return scope.map(partWords).join(' + ');
}

function partWords(part: string): string {
  const [kind, name] = part.split(/:(.*)/s);
  if (kind === 'header') return `header ${name}`;
  if (kind === 'claim') return `claim ${name}`;
  return PARTS[part] ?? part;
}

/** Which requests are meant: `GET, POST /api/*`. */
export function methodWords(methods: readonly string[]): string {
  return methods.length === 0 ? 'any method' : methods.join(', ');
}
