import { algorithmOf } from './algorithms';
import { storageKey } from './key';
import type { Limit, Verdict } from './limit';
import type { MaybePromise } from './maybe-promise';
import { type Check, type Ruling, type Store, StoreError, type StoreHealth } from './store';

/** What the limiter needs to know of a policy. */
export interface RatePolicy {
  readonly name: string;
  /** Sets this policy's counters of an identifier apart from others'; empty for the plain `ratelimit:{identifier}`. */
  readonly keyName: string;
  readonly limits: readonly [Limit, ...Limit[]];
}

interface Settled {
  readonly allowed: boolean;
  readonly policy: RatePolicy;
  readonly source: 'store' | 'deny-cache';
  /** The limit that denied for longest, or, allowed, the one nearest to exhaustion. */
  readonly binding: Verdict;
  readonly verdicts: readonly Verdict[];
  /** The store's clock, Unix ms. */
  readonly nowMs: number;
}

/** The store has failed and the request passes unmeasured. */
interface FallenBack {
  readonly allowed: true;
  readonly policy: RatePolicy;
  readonly source: 'fallback';
  readonly failure: StoreError;
}

export type Decision = Settled | FallenBack;

export interface Limiter {
  /**
   * Decides one request and consumes its cost when allowed.
   * @param cost whole units, 1 by default
   * @throws RangeError when the cost is no whole number or can never be paid
   */
  limit(policy: RatePolicy, identifier: string, cost?: number): MaybePromise<Decision>;
  /** The same question without consuming anything. */
  peek(policy: RatePolicy, identifier: string): MaybePromise<Decision>;
  /** Where the policy's first counter of the identifier lives at `nowMs`. */
  keyOf(policy: RatePolicy, identifier: string, nowMs: number): string;
  readonly storeKind: StoreHealth['kind'];
  health(): Promise<StoreHealth>;
}

/** Composes policies' limits with a store. When the store fails, requests pass: fail open. */
export function createLimiter(store: Store): Limiter {
  function decide(policy: RatePolicy, identifier: string, cost: number): MaybePromise<Decision> {
    const key = storageKey(identifier, policy.keyName);
    try {
      const ruling = store.decide(checksOf(policy, key, cost));
      if (!(ruling instanceof Promise)) return settle(policy, ruling);
      return ruling.then(
        (settled) => settle(policy, settled),
        (failure: unknown) => fallBack(policy, failure),
      );
    } catch (failure) {
      return fallBack(policy, failure);
    }
  }

  return {
    limit(policy, identifier, cost = 1) {
      for (const limit of policy.limits) assertPayable(cost, limit);
      return decide(policy, identifier, cost);
    },
    peek: (policy, identifier) => decide(policy, identifier, 0),
    keyOf(policy, identifier, nowMs) {
      const [limit] = policy.limits;
      return algorithmOf(limit).storageKey(storageKey(identifier, policy.keyName), limit, nowMs);
    },
    storeKind: store.kind,
    health: () => store.health(),
  };
}

function checksOf(policy: RatePolicy, key: string, cost: number): Check[] {
  return policy.limits.map((limit, index) => ({
    key: index === 0 ? key : `${key}:${index}`,
    limit,
    cost,
  }));
}

function settle(policy: RatePolicy, ruling: Ruling): Settled {
  const { allowed, source, verdicts, nowMs } = ruling;
  return { allowed, policy, source, binding: bindingOf(policy, verdicts), verdicts, nowMs };
}

function fallBack(policy: RatePolicy, failure: unknown): FallenBack {
  if (!(failure instanceof StoreError)) throw failure;
  return { allowed: true, policy, source: 'fallback', failure };
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

function assertPayable(cost: number, { name, quota }: Limit): void {
  if (!Number.isSafeInteger(cost) || cost < 0) {
    throw new RangeError(`cost ${cost} is not a whole number of units from 0`);
  }
  if (cost > quota) {
    throw new RangeError(`cost ${cost} can never be paid: limit ${name} holds at most ${quota}`);
  }
}
