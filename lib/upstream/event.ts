import type { BreakerChange } from './breaker';

/** What happened to an upstream or one of its targets: for the log and for those who watch. */
export type UpstreamEvent = BreakerEvent | TargetEvent;

export interface BreakerEvent extends BreakerChange {
  readonly kind: 'breaker';
  readonly upstream: string;
}

export interface TargetEvent {
  readonly kind: 'target';
  readonly upstream: string;
  readonly url: string;
  /** `returned`: its ejection is over, which is noticed with the next request. */
  readonly state: 'ejected' | 'returned' | 'healthy' | 'unhealthy';
  /** For how long it is out, where it was ejected. */
  readonly forMs: number | undefined;
  /** What the check met that found it unhealthy. */
  readonly fault: string | undefined;
}
