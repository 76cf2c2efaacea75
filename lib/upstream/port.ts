import type { Dispatcher } from 'undici';
import type { Upstream } from '../policy';

/** All upstreams of the configuration, alive. One for each process. */
export interface Upstreams {
  /** The upstream of this name; undefined for a name that the configuration does not have. */
  find(name: string): LiveUpstream | undefined;
  /**
   * Makes these the upstreams. What the configuration left as it was (the same object) keeps its
   * connections, counts and breaker; what is gone drains in the background.
   */
  follow(upstreams: readonly Upstream[]): void;
  status(): readonly UpstreamStatus[];
  /** Opens the breaker, on every replica, until it is reset. @returns false for an unknown name */
  trip(name: string): boolean;
  /** Closes the breaker and takes every ejected target back, on every replica. */
  reset(name: string): boolean;
  /** Lets requests in flight end, and gives up connections, timers and subscriptions. */
  close(): Promise<void>;
}

export interface LiveUpstream {
  readonly definition: Upstream;
  /**
   * Asks for a target to try a request at. Counts against nothing until then; every attempt that is
   * given has to be ended by `release`.
   */
  acquire(wish: Wish): Attempt | Unavailable;
  /** A request that came; what the retry budget is a share of. Called once for each. */
  countRequest(): void;
  /** Whether the budget allows one more attempt now; takes it from there when it does. */
  allowRetry(): boolean;
}

export interface Wish {
  /** What consistent hashing goes by; other balancing methods do not look at it. */
  readonly hashKey: string;
  /** Targets that this request was tried at; avoided where others are left. */
  readonly tried: readonly Target[];
  /** Whether the connection is to be upgraded. */
  readonly isUpgrade: boolean;
}

/** Why nothing can be tried. */
export interface Unavailable {
  readonly reason: /** The breaker is open. */
    | 'open'
    /** No target is healthy. */
    | 'no-target'
    /** Every connection is taken and every place to wait. */
    | 'overflow';
  readonly retryAfterMs: number;
}

export interface Target {
  /** `http://host:port`, as URL.origin. */
  readonly origin: string;
  /** `host:port`, without a default port: what its Host field says. */
  readonly host: string;
  /** Its connections. Look at it anew for each attempt: it is replaced when the name resolves otherwise. */
  readonly dispatcher: Dispatcher;
}

/** Why an attempt failed before the head of an answer came. */
export type AttemptFailure = 'connect' | 'timeout' | 'broken';

/** One request at one target. */
export interface Attempt {
  readonly target: Target;
  /**
   * The request has gone out whole: from here the answer is waited for. How slow an answer was is told
   * from this moment, else from when the attempt was given. Called at most once.
   */
  sent(): void;
  /** The head has come: tells breaker and ejection of success or failure (500 and above) and how long it took. */
  answered(status: number): void;
  /** No head came, or the body broke off. */
  failed(failure: AttemptFailure): void;
  /** Ends it, once; further calls do nothing. Without `answered` or `failed` before it, it says nothing about the target. */
  release(): void;
}

export type BreakerState = 'closed' | 'open' | 'half-open';

/** What people see of an upstream. */
export interface UpstreamStatus {
  readonly name: string;
  readonly breaker: {
    readonly state: BreakerState;
    /** Whether a person opened it: it stays open until it is reset. */
    readonly isTripped: boolean;
    /** Unix ms. */
    readonly sinceMs: number;
    /** Unix ms of the next probe; undefined unless it is open and not tripped. */
    readonly probeAtMs: number | undefined;
    /** Within its window. */
    readonly requests: number;
    readonly failures: number;
    readonly slow: number;
  };
  readonly upgraded: number;
  /** Since this process started. */
  readonly retries: number;
  readonly targets: readonly TargetStatus[];
}

export interface TargetStatus {
  readonly url: string;
  readonly weight: number;
  /** `unknown` without a health check, or before the first. */
  readonly health: 'healthy' | 'unhealthy' | 'unknown';
  /** What the last failed check met, in a few words. */
  readonly healthFault: string | undefined;
  /** Unix ms until which it is out; undefined: it is not. */
  readonly ejectedUntilMs: number | undefined;
  readonly inFlight: number;
  /** Since this process started. */
  readonly requests: number;
  readonly failures: number;
  /** Addresses that its name resolved to last; empty for an address or before the first. */
  readonly addresses: readonly string[];
}
