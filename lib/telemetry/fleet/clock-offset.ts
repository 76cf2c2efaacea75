import { z } from 'zod';

/** How far this machine's clock is from that of Redis, which is everybody's. */
export interface ClockOffset {
  /** What to add to this machine's clock, ms; 0 before the first measurement. */
  readonly ms: number;
  readonly isMeasured: boolean;
  /**
   * Takes a reply to TIME.
   * @param askedMs when it was asked, by this machine's clock, Unix ms
   * @param answeredMs when the reply came
   */
  measure(reply: unknown, askedMs: number, answeredMs: number): void;
}

interface Measurement {
  readonly offsetMs: number;
  /** Half of the round trip: the offset is off by no more. */
  readonly errorMs: number;
}

const replySchema = z.tuple([z.coerce.number().int(), z.coerce.number().int()]);

const REMEMBERED = 16;
/** What clocks drift apart while measurements are remembered. */
const DRIFT_MS = 1;

/**
 * Of the last measurements the one with the shortest round trip counts, as in NTP's clock filter
 * (RFC 5905, 10). One that contradicts it says that a clock was set: what was before is forgotten.
 */
export function createClockOffset(): ClockOffset {
  let measurements: Measurement[] = [];
  let best: Measurement | undefined;
  return {
    get ms() {
      return best?.offsetMs ?? 0;
    },
    get isMeasured() {
      return best !== undefined;
    },
    measure(reply, askedMs, answeredMs) {
      const time = replySchema.safeParse(reply).data;
      const errorMs = (answeredMs - askedMs) / 2;
      // Set back meanwhile.
      if (time === undefined || errorMs < 0) return;
      const [seconds, micros] = time;
      const measured = {
        offsetMs: seconds * 1_000 + micros / 1_000 - (askedMs + errorMs),
        errorMs,
      };
      if (best !== undefined && contradict(best, measured)) measurements = [];
      measurements = [...measurements.slice(1 - REMEMBERED), measured];
      best = measurements.reduce((a, b) => (b.errorMs <= a.errorMs ? b : a));
    },
  };
}

function contradict(one: Measurement, other: Measurement): boolean {
  const apartMs = Math.abs(one.offsetMs - other.offsetMs);
  return apartMs > one.errorMs + other.errorMs + DRIFT_MS;
}
