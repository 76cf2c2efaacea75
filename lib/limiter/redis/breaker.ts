import type { StoreError } from '../store';

/** Stops asking a store that does not answer, and finds out in the background when it does again. */
export interface Breaker {
  readonly isOpen: boolean;
  /** Tells of a failure. The first one opens the breaker and starts probing. */
  open(reason: StoreError): void;
  /** Tells that a probe is worth making now, as after a reconnection. */
  nudge(): void;
  stop(): void;
}

export interface BreakerOptions {
  /** Resolves when the store answers. */
  readonly probe: () => Promise<unknown>;
  readonly onOpen: (reason: StoreError) => void;
  readonly onClose: () => void;
}

const MIN_WAIT_MS = 100;
const MAX_WAIT_MS = 2_000;

/**
 * Closed, or open with at most one probe under way; no request is ever spent on probing.
 * Waits between probes double up to a bound, with jitter, so that replicas do not ask a recovering
 * store all at once.
 */
export function createBreaker({ probe, onOpen, onClose }: BreakerOptions): Breaker {
  let isOpen = false;
  let waitMs = MIN_WAIT_MS;
  let timer: NodeJS.Timeout | undefined;
  let isProbing = false;

  function turn(open: boolean): void {
    isOpen = open;
    waitMs = MIN_WAIT_MS;
    clearTimeout(timer);
  }

  function schedule(): void {
    timer = setTimeout(attempt, waitMs * (0.5 + Math.random()));
    timer.unref();
    waitMs = Math.min(MAX_WAIT_MS, waitMs * 2);
  }

  async function attempt(): Promise<void> {
    if (!isOpen || isProbing) return;
    clearTimeout(timer);
    isProbing = true;
    try {
      await probe();
      if (!isOpen) return;
      turn(false);
      onClose();
    } catch {
      if (isOpen) schedule();
    } finally {
      isProbing = false;
    }
  }

  return {
    get isOpen() {
      return isOpen;
    },
    open(reason) {
      if (isOpen) return;
      turn(true);
      onOpen(reason);
      schedule();
    },
    nudge: () => void attempt(),
    stop: () => turn(false),
  };
}
