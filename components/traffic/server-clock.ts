interface Sample {
  readonly offsetMs: number;
  readonly roundTripMs: number;
  readonly takenAtMs: number;
}

/** A sample this old gives way to a newer one, however slow: clocks drift. */
const LONGEST_LIFE_MS = 30_000;

export interface ServerClock {
  /** Unix ms by the server; undefined before the first sample. */
  now(): number | undefined;
  /** The server's time for a moment of the local clock. @param localMs by the same clock as `local` */
  at(localMs: number): number | undefined;
  /** Learns from an answer that names the server's time. All in ms, the first Unix time. */
  observe(serverMs: number, sentAtMs: number, receivedAtMs: number): void;
}

/**
 * The server's clock as seen from here. The server's time is taken to be read half-way between
 * sending and receiving; the quickest exchange errs least, so it is believed longest.
 * @param local a clock that only runs forward, ms, so that changes of the computer's time don't matter
 */
export function createServerClock(local: () => number): ServerClock {
  let best: Sample | undefined;
  const at = (localMs: number) => (best === undefined ? undefined : localMs + best.offsetMs);
  return {
    now: () => at(local()),
    at,
    observe(serverMs, sentAtMs, receivedAtMs) {
      const roundTripMs = receivedAtMs - sentAtMs;
      const isOld = best !== undefined && receivedAtMs - best.takenAtMs > LONGEST_LIFE_MS;
      if (best !== undefined && !isOld && roundTripMs > best.roundTripMs) return;
      const offsetMs = serverMs - (sentAtMs + receivedAtMs) / 2;
      best = { offsetMs, roundTripMs, takenAtMs: receivedAtMs };
    },
  };
}
