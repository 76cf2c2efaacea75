import type { TargetStatus } from './port';

/** What active checks say of a target. */
export interface Health {
  readonly state: TargetStatus['health'];
  /** What the last check met, when it failed. */
  readonly fault: string | undefined;
  /** @returns whether the state is another one now */
  note(fault: string | undefined, thresholds: HealthThresholds): boolean;
}

export interface HealthThresholds {
  readonly healthy_after: number;
  readonly unhealthy_after: number;
}

/**
 * Successes or failures in a row turn it. The very first success is enough, for nothing speaks against
 * the target yet; failures have to reach their number from the start.
 */
export function createHealth(): Health {
  let state: TargetStatus['health'] = 'unknown';
  let fault: string | undefined;
  let inARow = 0;

  return {
    get state() {
      return state;
    },
    get fault() {
      return fault;
    },
    note(next, { healthy_after, unhealthy_after }) {
      const isAsBefore = (next === undefined) === (fault === undefined);
      inARow = isAsBefore ? inARow + 1 : 1;
      fault = next;
      const before = state;
      if (next === undefined) {
        if (state === 'unknown' || inARow >= healthy_after) state = 'healthy';
      } else if (inARow >= unhealthy_after) {
        state = 'unhealthy';
      }
      return state !== before;
    },
  };
}
