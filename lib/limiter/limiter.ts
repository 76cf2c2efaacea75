import { algorithmOf } from './algorithms';
import { type Decision, measured } from './decision';
import { createFallback } from './fallback';
import { storageKey } from './key';
import { holdSlots, newLease } from './leases';
import type { Limit } from './limit';
import type { MaybePromise } from './maybe-promise';
import { type RatePolicy, type RatePolicyInput, ratePolicySchema } from './rate-policy';
import type { Check, Ruling, Store, StoreHealth } from './store';

/** Longest block: 366 days. */
const MAX_BLOCK_MS = 366 * 24 * 60 * 60 * 1_000;

export interface LimitOptions {
  /** Whole units, 1 by default; 0 asks and answers like any other request, without consuming. */
  readonly cost?: number;
}

/** One policy held against identifiers. */
export interface Limiter {
  readonly policy: RatePolicy;
  readonly storeKind: StoreHealth['kind'];
  /**
   * Decides one request and consumes its cost when allowed.
   * @throws RangeError when the cost is no whole number, or more than a limit can ever pay
   */
  limit(identifier: string, options?: LimitOptions): MaybePromise<Decision>;
  /** What a request would find, without consuming anything. */
  peek(identifier: string): MaybePromise<Decision>;
  /** Gives an identifier its whole quota back and lifts its block, for every replica. */
  reset(identifier: string): Promise<void>;
  /**
   * Refuses an identifier for every replica, whatever its quota.
   * @param ms for how long, from 1 to 366 days
   * @throws RangeError for any other time
   */
  block(identifier: string, ms: number): Promise<void>;
  /** Where the first counter of an identifier lives at `nowMs`. */
  keyOf(identifier: string, nowMs: number): string;
  /** For decisions that several policies make together. */
  readonly part: LimiterPart;
}

/** What a policy brings to a decision that it makes together with others. */
export interface LimiterPart {
  /** @throws RangeError when the cost is no whole number, or more than a limit can ever pay */
  checksOf(identifier: string, cost: number): readonly Check[];
  /** @param ruling on these checks alone */
  settle(checks: readonly Check[], ruling: Ruling): Decision;
  /** Throws what is no failure of the store. */
  fallBack(checks: readonly Check[], failure: unknown): Decision;
}

const NO_OPTIONS: LimitOptions = {};

/**
 * A limiter for one policy over a store; many may share a store.
 * @throws z.ZodError when the policy makes no sense
 */
export function createLimiter(store: Store, input: RatePolicyInput): Limiter {
  const policy = ratePolicySchema.parse(input);
  const { limits, keyName = policy.name } = policy;
  const capacity = Math.min(...limits.map(({ quota }) => quota));
  const holds = limits.map((limit) => algorithmOf(limit).holdsSlots);
  const holdsAny = holds.includes(true);
  const fallBack = createFallback(policy);

  function checksOf(identifier: string, cost: number): Check[] {
    const base = storageKey(identifier, keyName);
    if (limits.length === 1 && !holdsAny) return [{ key: base, limit: limits[0], cost }];
    const lease = holdsAny ? newLease() : undefined;
    return limits.map((limit: Limit, index) => {
      const key = index === 0 ? base : `${base}:${index}`;
      if (lease === undefined || holds[index] !== true) return { key, limit, cost };
      return { key, limit, cost, lease };
    });
  }

  function decide(identifier: string, cost: number): MaybePromise<Decision> {
    const checks = checksOf(identifier, cost);
    try {
      const ruling = store.decide(checks);
      if (!(ruling instanceof Promise)) return settle(checks, ruling);
      return ruling.then(
        (settled) => settle(checks, settled),
        (failure: unknown) => fallBack(checks, failure),
      );
    } catch (failure) {
      return fallBack(checks, failure);
    }
  }

  function settle(checks: readonly Check[], ruling: Ruling): Decision {
    const decision = measured(policy, ruling, ruling.source);
    if (!holdsAny || !ruling.allowed || checks[0]?.cost === 0) return decision;
    return { ...decision, release: holdSlots(store, checks) };
  }

  return {
    policy,
    storeKind: store.kind,
    limit(identifier, { cost = 1 } = NO_OPTIONS) {
      assertPayable(cost, capacity, policy);
      return decide(identifier, cost);
    },
    peek: (identifier) => decide(identifier, 0),
    async reset(identifier) {
      await store.reset(checksOf(identifier, 0));
    },
    async block(identifier, ms) {
      if (!Number.isSafeInteger(ms) || ms < 1 || ms > MAX_BLOCK_MS) {
        throw new RangeError(`${ms} ms is no whole number from 1 to ${MAX_BLOCK_MS}`);
      }
      await store.block(storageKey(identifier, keyName), ms);
    },
    keyOf(identifier, nowMs) {
      const [limit] = limits;
      return algorithmOf(limit).storageKey(storageKey(identifier, keyName), limit, nowMs);
    },
    part: {
      checksOf(identifier, cost) {
        assertPayable(cost, capacity, policy);
        return checksOf(identifier, cost);
      },
      settle,
      fallBack,
    },
  };
}

function assertPayable(cost: number, capacity: number, { name }: RatePolicy): void {
  if (!Number.isSafeInteger(cost) || cost < 0) {
    throw new RangeError(`cost ${cost} is not a whole number of units from 0`);
  }
  if (cost > capacity) {
    throw new RangeError(`cost ${cost} can never be paid: ${name} holds at most ${capacity}`);
  }
}
