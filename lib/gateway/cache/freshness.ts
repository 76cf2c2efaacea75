import CachePolicy from 'http-cache-semantics';
import { parseDirectives, secondsOf } from './directives';
import { type Fields, fieldOf } from './fields';

/** How long an answer may be used, and by whom. */
export interface Freshness {
  /** Unix ms at which its head came. */
  readonly receivedAtMs: number;
  readonly ageWhenReceivedMs: number;
  readonly lifetimeMs: number;
  /** How long past its lifetime it may stand in for an upstream that fails. */
  readonly staleIfErrorMs: number;
  /** Whether it may be made from and used for requests that tell who is asking (RFC 9111 §3.5). */
  readonly isForEverybody: boolean;
}

export interface Arrival {
  readonly status: number;
  readonly fields: Fields;
  /** The Age field as it came. */
  readonly age: string | undefined;
  /** Unix ms. */
  readonly requestedAtMs: number;
  readonly receivedAtMs: number;
  /** Whether the request told who is asking. */
  readonly isPersonal: boolean;
}

const FOR_EVERYBODY = ['public', 's-maxage', 'must-revalidate'];
/** "MUST NOT generate a stale response if it is prohibited by" (RFC 9111 §4.2.4). */
const NEVER_STALE = ['no-cache', 'must-revalidate', 'proxy-revalidate', 's-maxage'];
const FLAGS = ['no-store', 'no-cache', 'private', 'public', 'immutable'];
const TIMES = ['max-age', 's-maxage'];
/** An upstream that says nothing of caching wants none: no lifetime is guessed. */
const OPTIONS = { shared: true, cacheHeuristic: 0, immutableMinTimeToLive: 0 };

/**
 * How fresh an answer to GET is for a shared cache.
 *
 * @returns undefined for what must not be kept, or is of no use: stale from the start with nothing to
 *   revalidate it by
 */
export function freshnessOf(arrival: Arrival): Freshness | undefined {
  const { fields, receivedAtMs } = arrival;
  const directives = parseDirectives(fieldOf(fields, 'cache-control'));
  const isForEverybody = FOR_EVERYBODY.some((name) => directives.has(name));
  if (arrival.isPersonal && !isForEverybody) return undefined;
  if (fieldOf(fields, 'set-cookie') !== undefined) return undefined;
  const policy = policyOf(arrival);
  if (!policy.storable()) return undefined;
  const ageWhenReceivedMs = ageWhenReceived(arrival);
  const lifetimeMs = policy.maxAge() * 1_000;
  if (lifetimeMs <= ageWhenReceivedMs && !canBeRevalidated(fields)) return undefined;
  const mayBeStale = !NEVER_STALE.some((name) => directives.has(name));
  const staleIfErrorMs = mayBeStale ? (secondsOf(directives, 'stale-if-error') ?? 0) * 1_000 : 0;
  return { receivedAtMs, ageWhenReceivedMs, lifetimeMs, staleIfErrorMs, isForEverybody };
}

/** Ms since the origin made the answer, or found it still good. */
export function ageOf(freshness: Freshness, nowMs: number): number {
  return freshness.ageWhenReceivedMs + Math.max(0, nowMs - freshness.receivedAtMs);
}

/**
 * The library's reading of what matters to it. It takes names of directives as they are spelt, splits
 * quoted texts at commas, and lets must-revalidate forbid a fresh answer too: it gets those it should
 * heed, in their plain form.
 */
function policyOf({ status, fields }: Arrival): CachePolicy {
  const directives = parseDirectives(fieldOf(fields, 'cache-control'));
  const heeded = [
    ...FLAGS.filter((name) => directives.has(name)),
    ...TIMES.filter((name) => directives.has(name)).map(
      (name) => `${name}=${secondsOf(directives, name)}`,
    ),
  ];
  const headers = {
    ...(heeded.length > 0 && { 'cache-control': heeded.join(', ') }),
    expires: fieldOf(fields, 'expires'),
    date: fieldOf(fields, 'date'),
    pragma: directives.size === 0 ? fieldOf(fields, 'pragma') : undefined,
  };
  return new CachePolicy({ method: 'GET', headers: {} }, { status, headers }, OPTIONS);
}

/** The corrected initial age of RFC 9111 §4.2.3. */
function ageWhenReceived({ fields, age, requestedAtMs, receivedAtMs }: Arrival): number {
  const made = Date.parse(fieldOf(fields, 'date') ?? '');
  const apparent = Number.isNaN(made) ? 0 : Math.floor((receivedAtMs - made) / 1_000);
  const told = Number(/^\d{1,10}/.exec(age ?? '')?.[0] ?? 0);
  const delay = Math.floor((receivedAtMs - requestedAtMs) / 1_000);
  return Math.max(0, apparent, told + Math.max(0, delay)) * 1_000;
}

/** An upstream that says nothing of caching is not revalidated for, either. */
function canBeRevalidated(fields: Fields): boolean {
  const isToldOf = ['cache-control', 'expires'].some((name) => fieldOf(fields, name) !== undefined);
  const hasValidator = ['etag', 'last-modified'].some(
    (name) => fieldOf(fields, name) !== undefined,
  );
  return isToldOf && hasValidator;
}
