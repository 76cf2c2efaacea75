/** Whether Redis answers for every key, and since when. */
export interface Availability {
  readonly isWhole: boolean;
  /** When that began, Unix ms. */
  readonly sinceMs: number;
  /** Says how it is now; only a change is told of. */
  report(isWhole: boolean, reason?: string): void;
}

export interface AvailabilityOptions {
  readonly onLost: (reason: string) => void;
  /** @param outageMs how long it was not whole */
  readonly onRegained: (outageMs: number) => void;
}

export function createAvailability({ onLost, onRegained }: AvailabilityOptions): Availability {
  let isWhole = true;
  let sinceMs = Date.now();
  return {
    get isWhole() {
      return isWhole;
    },
    get sinceMs() {
      return sinceMs;
    },
    report(now, reason = 'unknown') {
      if (now === isWhole) return;
      const lastedMs = Date.now() - sinceMs;
      isWhole = now;
      sinceMs = Date.now();
      if (now) onRegained(lastedMs);
      else onLost(reason);
    },
  };
}
