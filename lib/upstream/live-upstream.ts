import { isDeepStrictEqual } from 'node:util';
import type { Upstream } from '../policy';
import { type AttemptOwner, OpenAttempt } from './attempt';
import { balancers } from './balance';
import { createBreaker, REFUSED } from './breaker';
import type { UpstreamEvent } from './event';
import type { LiveUpstream, Unavailable, UpstreamStatus, Wish } from './port';
import type { Resolver } from './resolver';
import { createRetryBudget } from './retry-budget';
import { createTargetSet } from './target-set';

/** An upstream in the hands of the one that made it. */
export interface OwnedUpstream extends LiveUpstream {
  /**
   * Takes over another definition of the same name: targets whose URL stayed keep all that is known of
   * them, and the breaker its state where its settings stayed.
   */
  follow(definition: Upstream): void;
  status(): UpstreamStatus;
  trip(): void;
  /** Closes the breaker and takes ejected targets back. */
  reset(): void;
  /** Another replica's breaker opened for so long. */
  hint(forMs: number): void;
  /** Takes no request from now on; connections end with their requests. */
  retire(): void;
  /** Whether nothing is left of it after it was retired. */
  isGone(): boolean;
  /**
   * Resolves when all connections have ended.
   * @param longestMs requests still in flight after that are broken off
   */
  close(longestMs: number): Promise<void>;
}

export interface LiveUpstreamOptions {
  readonly resolver: Resolver;
  readonly onEvent: (event: UpstreamEvent) => void;
  readonly onAttempt?: AttemptListener | undefined;
  /** Monotonic ms. */
  readonly now: () => number;
}

/**
 * Told of every attempt that was answered or failed.
 * @param ms how long its answer was waited for
 */
export type AttemptListener = (upstream: string, isFailure: boolean, ms: number) => void;

/** Where nothing tells when it will be better. */
const RETRY_AFTER_MS = 1_000;

/** Puts breaker, targets, balancing and retry budget together for one upstream. */
export function createLiveUpstream(first: Upstream, options: LiveUpstreamOptions): OwnedUpstream {
  const { onEvent, onAttempt, now } = options;
  let definition = first;
  let balancer = balancers[first.balance];
  /** Open ones, and wishes that were not answered yet. */
  let upgrades = 0;
  let upgraded = 0;
  let retries = 0;
  /** Requests that the next attempt tells the budget of: reading the clock is most of what counting costs. */
  let uncounted = 0;
  const set = createTargetSet(first, options);
  const budget = createRetryBudget();
  const breaker = createBreaker(first.breaker, {
    nowMs: now(),
    onChange: (change) => onEvent({ kind: 'breaker', upstream: first.name, ...change }),
  });

  function unavailable(reason: Unavailable['reason'], retryAfterMs = RETRY_AFTER_MS): Unavailable {
    return { reason, retryAfterMs };
  }

  function tellBudget(nowMs: number): void {
    if (uncounted === 0) return;
    budget.countRequests(uncounted, nowMs);
    uncounted = 0;
  }

  const owner: AttemptOwner = {
    upgradeAnswered({ target }, isUpgraded) {
      if (!isUpgraded) {
        upgrades -= 1;
        return;
      }
      upgraded += 1;
      set.upgrade(target);
    },
    sent({ pass }) {
      const nowMs = now();
      breaker.sent(pass, nowMs);
      return nowMs;
    },
    settled({ pass, waitingSinceMs }, isFailure) {
      const nowMs = now();
      const elapsedMs = nowMs - waitingSinceMs;
      breaker.record(pass, isFailure, elapsedMs, nowMs);
      onAttempt?.(first.name, isFailure, elapsedMs);
    },
    targetFailed: ({ target, startedAtMs }) => set.failed(target, startedAtMs, now()),
    targetSucceeded: ({ target, startedAtMs }) => set.succeeded(target, startedAtMs),
    ended({ target, isUpgrade, isUpgraded, pass }, isSettled) {
      if (!isSettled) breaker.abandon(pass);
      if (isUpgrade) upgrades -= 1;
      if (isUpgraded) upgraded -= 1;
      set.give(target, isUpgraded);
    },
  };

  /** A target with a place for it, or why there is none. */
  function choose({ tried, hashKey, isUpgrade }: Wish, nowMs: number) {
    const choices = set.choices(tried, nowMs);
    if (isUpgrade && upgrades >= definition.connections.upgraded) return 'overflow';
    const chosen = choices[balancer.pick(choices, hashKey)];
    return chosen ?? (set.hasUsable() ? 'overflow' : 'no-target');
  }

  return {
    get definition() {
      return definition;
    },
    acquire(wish) {
      const nowMs = now();
      tellBudget(nowMs);
      const pass = breaker.enter(nowMs);
      if (pass === REFUSED) return unavailable('open', breaker.retryAfterMs(nowMs));
      const chosen = choose(wish, nowMs);
      if (typeof chosen === 'string') {
        breaker.abandon(pass);
        const isIll = chosen === 'no-target';
        return unavailable(chosen, isIll ? definition.health_check?.interval_ms : undefined);
      }
      if (wish.isUpgrade) upgrades += 1;
      set.take(chosen);
      return new OpenAttempt(owner, chosen, wish.isUpgrade, pass, nowMs);
    },
    countRequest() {
      uncounted += 1;
    },
    allowRetry() {
      const nowMs = now();
      tellBudget(nowMs);
      const isAllowed = budget.take(definition.retries.budget_percent, nowMs);
      if (isAllowed) retries += 1;
      return isAllowed;
    },
    follow(next) {
      const nowMs = now();
      if (!isDeepStrictEqual(definition.breaker, next.breaker)) breaker.adopt(next.breaker, nowMs);
      definition = next;
      balancer = balancers[next.balance];
      set.follow(next, nowMs);
    },
    status() {
      const nowMs = now();
      const skewMs = Date.now() - nowMs;
      const toUnixMs = (atMs: number) => Math.round(atMs + skewMs);
      const { state, isTripped, sinceMs, probeAtMs } = breaker;
      return {
        name: definition.name,
        breaker: {
          state,
          isTripped,
          sinceMs: toUnixMs(sinceMs),
          probeAtMs: probeAtMs === undefined ? undefined : toUnixMs(probeAtMs),
          requests: breaker.requests(nowMs),
          failures: breaker.failures(nowMs),
          slow: breaker.slow(nowMs),
        },
        upgraded,
        retries,
        targets: set.targets.map((target) => target.status(nowMs, toUnixMs)),
      };
    },
    trip: () => breaker.trip(now()),
    reset() {
      const nowMs = now();
      breaker.reset(nowMs);
      set.readmit(nowMs);
    },
    hint: (forMs) => breaker.hint(forMs, now()),
    retire: set.retire,
    isGone: set.isGone,
    close: set.close,
  };
}
