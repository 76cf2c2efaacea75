import type { TrafficFilter, TrafficHistory } from '../traffic';
import type { Batches } from './batches';
import { secondJson } from './events';
import { formatResumePoint } from './resume-point';
import { serverSentEvent } from './server-sent-event';

/** How far back a viewer who comes back is told the seconds that passed. */
export const SECONDS_REPLAYED = 300;

/** The seconds of one filter as they were told, each made once for all who watch it. */
export interface Reel {
  /** How many streams it is in. */
  channels: number;
  /** @param at Unix seconds, one that has ended */
  event(at: number): Buffer;
  /** Whether this second is there already, and costs no look at the history. */
  has(at: number): boolean;
  /** A second that was told has changed since. */
  forget(at: number): void;
  /** Forgets what was told, as after a clock that was set back. */
  clear(): void;
}

export function createReel(
  history: Pick<TrafficHistory, 'second'>,
  filter: TrafficFilter,
  batches: Batches,
): Reel {
  const events = new Map<number, Buffer>();

  return {
    channels: 0,
    event(at) {
      const made = events.get(at);
      if (made !== undefined) return made;
      const { mark } = batches;
      const id = formatResumePoint({ second: at, batch: { mark, number: batches.before(at) } });
      const second = secondJson(history.second(at, filter));
      const event = Buffer.from(serverSentEvent('second', second, id));
      events.set(at, event);
      for (const oldest of events.keys()) {
        if (events.size <= SECONDS_REPLAYED) break;
        events.delete(oldest);
      }
      return event;
    },
    has: (at) => events.has(at),
    forget: (at) => void events.delete(at),
    clear: () => events.clear(),
  };
}
