import type { Verdict } from './limit';
import type { RatePolicy } from './rate-policy';
import type { Ruling, StoreError } from './store';

interface Measured {
  readonly allowed: boolean;
  readonly policy: RatePolicy;
  /** Who decided; `local`: this process by its share, since the store has failed. */
  readonly source: 'store' | 'deny-cache' | 'local';
  /** The limit that denied for longest, or, allowed, the one nearest to exhaustion. */
  readonly binding: Verdict;
  /** One per limit of the policy, in order. */
  readonly verdicts: readonly Verdict[];
  /** ms until the same request would be allowed; 0 when it is. */
  readonly retryAfterMs: number;
  /** The deciding clock, Unix ms. */
  readonly nowMs: number;
  /** Gives back the slots that the request holds; there only when it holds some. */
  readonly release?: () => void;
}

/** The store has failed, and the policy answers in its place. */
interface Unmeasured {
  readonly allowed: boolean;
  readonly policy: RatePolicy;
  readonly source: 'fallback';
  /** ms after which to try again; 0 when allowed. */
  readonly retryAfterMs: number;
  readonly failure: StoreError;
}

/** The limiter's answer to one request. */
export type Decision = Measured | Unmeasured;

/** What a ruling means under a policy. */
export function measured(
  policy: RatePolicy,
  { allowed, verdicts, nowMs }: Ruling,
  source: Measured['source'],
): Measured {
  const binding = bindingOf(policy, verdicts);
  const retryAfterMs = allowed ? 0 : binding.retryAfterMs;
  return { allowed, policy, source, binding, verdicts, retryAfterMs, nowMs };
}

function bindingOf(policy: RatePolicy, verdicts: readonly Verdict[]): Verdict {
  let binding = verdicts[0];
  if (binding === undefined) throw new TypeError(`the store gave no verdict for ${policy.name}`);
  for (let i = 1; i < verdicts.length; i++) {
    const verdict = verdicts[i];
    if (verdict !== undefined && binds(verdict, binding)) binding = verdict;
  }
  return binding;
}

function binds(a: Verdict, b: Verdict): boolean {
  if (a.retryAfterMs !== b.retryAfterMs) return a.retryAfterMs > b.retryAfterMs;
  return a.remaining / a.limit.quota < b.remaining / b.limit.quota;
}
