import type { Upstream } from '../policy';
import type { BreakerState } from './port';
import { createRollingWindow } from './rolling-window';

export type BreakerSettings = Upstream['breaker'];

/** Why a breaker is what it now is. */
export type BreakerCause =
  /** Too many failures within the window. */
  | 'failures'
  /** Too many slow answers within the window. */
  | 'slow'
  /** What became of the probe, or, half-open, that it is time for one. */
  | 'probe'
  /** Another replica's breaker opened. */
  | 'hint'
  /** A person, or other settings. */
  | 'order';

export interface BreakerChange {
  readonly state: BreakerState;
  readonly cause: BreakerCause;
  /** How long it will be open; undefined where it is not, or until somebody closes it. */
  readonly forMs: number | undefined;
}

/** Takes a failing upstream out of the way of requests. All times are monotonic ms. */
export interface Breaker {
  readonly state: BreakerState;
  /** Opened by a person: no probe goes until it is reset. */
  readonly isTripped: boolean;
  readonly sinceMs: number;
  /** When a probe may go; undefined unless it is open and not tripped. */
  readonly probeAtMs: number | undefined;
  /** Lets a request try. @returns its pass, or REFUSED */
  enter(nowMs: number): number;
  /** For one that was refused: when it is worth to come again. */
  retryAfterMs(nowMs: number): number;
  /** The request with this pass has gone out whole. */
  sent(pass: number, nowMs: number): void;
  /**
   * What became of the request with this pass; once for each.
   * @param elapsedMs how long the answer was waited for
   */
  record(pass: number, isFailure: boolean, elapsedMs: number, nowMs: number): void;
  /** The request ended without telling anything. */
  abandon(pass: number): void;
  /** Another replica's breaker is open for so long yet. */
  hint(remainingMs: number, nowMs: number): void;
  trip(nowMs: number): void;
  reset(nowMs: number): void;
  /** Closes with a fresh window, unless the settings are the same; what is tripped stays so. */
  adopt(settings: BreakerSettings, nowMs: number): void;
  requests(nowMs: number): number;
  failures(nowMs: number): number;
  slow(nowMs: number): number;
}

export interface BreakerOptions {
  readonly onChange: (change: BreakerChange) => void;
  /** When it begins. */
  readonly nowMs: number;
  /** From 0 up to 1. */
  readonly random?: () => number;
}

export const REFUSED = -1;

const MOST_DOUBLINGS = 3;
/** So much of a time may be taken off, so that replicas do not probe all at once. */
const JITTER = 0.1;
/** So much of the window has to be failures only to open it whatever went well before. */
const UNANIMITY = 0.1;
/** While a probe is under way, nobody knows better. */
const PROBING_RETRY_MS = 1_000;

const REQUESTS = 0;
const FAILURES = 1;
const SLOW = 2;
const KINDS = 3;

/**
 * A state machine over a rolling window (M. Nygard, Release It!, 2nd ed., "Circuit Breaker"), with
 * time as a parameter and no timers:
 *
 * - closed: counts. Opens when failures or slow answers reach their share of enough requests; or, with
 *   enough failures, when nothing else came for a tenth of the window: what hangs gives few answers, and
 *   they would take long to outweigh many that went well before. Not at the first such failures: those
 *   of one target come all at once when it dies.
 * - open: refuses. Each time in a row that it opens it stays so twice as long, up to eight times.
 * - half-open: lets one probe through. It closes when the probe goes well, and opens when it fails, or
 *   is slower than slow_ms, whether or not it has come to an end by then. A probe that is abandoned, or
 *   not even sent within slow_ms, gives its place to the next request: a client that is slow to upload
 *   must not keep it open.
 *
 * Every change makes the passes before it void: what began earlier changes nothing any more. A hint is
 * believed only while closed, by a breaker that has no proof of its own to the contrary: enough
 * requests that went well, or a probe that did, within the last window.
 */
export function createBreaker(first: BreakerSettings, options: BreakerOptions): Breaker {
  const { onChange, nowMs: bornAtMs, random = Math.random } = options;
  let settings = first;
  let window = createRollingWindow(settings.window_ms, KINDS);
  let state: BreakerState = 'closed';
  let isTripped = false;
  let sinceMs = bornAtMs;
  let probeAtMs = 0;
  /** While half-open: when the probe under way began, or was sent. */
  let probingSinceMs: number | undefined;
  let isProbeSent = false;
  let pass = 0;
  /** While closed: how many failed since one went well, and when the first of them did. */
  let failuresInARow = 0;
  let failingSinceMs = 0;
  let reopenings = 0;
  let distrustsUntilMs = 0;

  function turn(to: BreakerState, cause: BreakerCause, nowMs: number, forMs?: number): void {
    state = to;
    sinceMs = nowMs;
    pass += 1;
    probingSinceMs = undefined;
    onChange({ state: to, cause, forMs });
  }

  function open(cause: BreakerCause, longestMs: number, nowMs: number): void {
    const forMs = longestMs * (1 - JITTER * random());
    probeAtMs = nowMs + forMs;
    turn('open', cause, nowMs, forMs);
  }

  function close(cause: BreakerCause, nowMs: number): void {
    isTripped = false;
    reopenings = 0;
    forget();
    turn('closed', cause, nowMs);
  }

  function forget(): void {
    window = createRollingWindow(settings.window_ms, KINDS);
    failuresInARow = 0;
  }

  function count(isFailure: boolean, isSlow: boolean, nowMs: number): void {
    window.add(REQUESTS, nowMs);
    if (isSlow) window.add(SLOW, nowMs);
    if (!isFailure) {
      failuresInARow = 0;
      return;
    }
    window.add(FAILURES, nowMs);
    if (failuresInARow === 0) failingSinceMs = nowMs;
    failuresInARow += 1;
  }

  function isAllFailing(nowMs: number): boolean {
    const { least_requests, window_ms } = settings;
    return failuresInARow >= least_requests && nowMs - failingSinceMs >= window_ms * UNANIMITY;
  }

  function reopen(nowMs: number): void {
    reopenings = Math.min(reopenings + 1, MOST_DOUBLINGS);
    open('probe', settings.open_ms * 2 ** reopenings, nowMs);
  }

  function isShare(kind: number, percent: number, nowMs: number): boolean {
    return window.count(kind, nowMs) * 100 >= window.count(REQUESTS, nowMs) * percent;
  }

  function judge(nowMs: number): void {
    if (window.count(REQUESTS, nowMs) < settings.least_requests) return;
    if (isAllFailing(nowMs) || isShare(FAILURES, settings.failure_percent, nowMs)) {
      open('failures', settings.open_ms, nowMs);
    } else if (isShare(SLOW, settings.slow_percent, nowMs)) {
      open('slow', settings.open_ms, nowMs);
    }
  }

  function knowsBetter(nowMs: number): boolean {
    if (nowMs < distrustsUntilMs) return true;
    if (window.count(REQUESTS, nowMs) < settings.least_requests) return false;
    const isFailing = isShare(FAILURES, settings.failure_percent / 2, nowMs);
    return !isFailing && !isShare(SLOW, settings.slow_percent / 2, nowMs);
  }

  return {
    get state() {
      return state;
    },
    get isTripped() {
      return isTripped;
    },
    get sinceMs() {
      return sinceMs;
    },
    get probeAtMs() {
      return state === 'open' && !isTripped ? probeAtMs : undefined;
    },
    enter(nowMs) {
      if (state === 'closed') return pass;
      if (state === 'open') {
        if (isTripped || nowMs < probeAtMs) return REFUSED;
        turn('half-open', 'probe', nowMs);
      } else if (probingSinceMs !== undefined) {
        // A probe that hangs must not keep everybody out for as long as it likes.
        if (nowMs - probingSinceMs < settings.slow_ms) return REFUSED;
        if (isProbeSent) {
          reopen(nowMs);
          return REFUSED;
        }
      }
      probingSinceMs = nowMs;
      isProbeSent = false;
      pass += 1;
      return pass;
    },
    retryAfterMs(nowMs) {
      if (state === 'half-open') return PROBING_RETRY_MS;
      return isTripped ? settings.open_ms : Math.max(0, probeAtMs - nowMs);
    },
    sent(ofPass, nowMs) {
      if (ofPass !== pass || probingSinceMs === undefined) return;
      probingSinceMs = nowMs;
      isProbeSent = true;
    },
    record(ofPass, isFailure, elapsedMs, nowMs) {
      if (ofPass !== pass) return;
      const isSlow = elapsedMs >= settings.slow_ms;
      if (state === 'closed') {
        count(isFailure, isSlow, nowMs);
        judge(nowMs);
      } else if (isFailure || isSlow) {
        reopen(nowMs);
      } else {
        distrustsUntilMs = nowMs + settings.window_ms;
        close('probe', nowMs);
      }
    },
    abandon(ofPass) {
      if (ofPass === pass) probingSinceMs = undefined;
    },
    hint(remainingMs, nowMs) {
      if (state !== 'closed' || remainingMs <= 0 || knowsBetter(nowMs)) return;
      open('hint', Math.min(remainingMs, settings.open_ms), nowMs);
    },
    trip(nowMs) {
      if (isTripped) return;
      isTripped = true;
      turn('open', 'order', nowMs);
    },
    reset(nowMs) {
      if (state !== 'closed') close('order', nowMs);
      else forget();
    },
    adopt(next, nowMs) {
      settings = next;
      if (isTripped) return;
      if (state !== 'closed') close('order', nowMs);
      else forget();
    },
    requests: (nowMs) => window.count(REQUESTS, nowMs),
    failures: (nowMs) => window.count(FAILURES, nowMs),
    slow: (nowMs) => window.count(SLOW, nowMs),
  };
}
