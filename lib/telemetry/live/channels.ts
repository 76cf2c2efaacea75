import type { TrafficFilter, TrafficHistory } from '../traffic';
import type { Batch, Batches } from './batches';
import { createReel, type Reel } from './reel';
import type { ResumePoint } from './resume-point';
import type { Viewer } from './viewer';

/** Filters that are watched at once: each costs a look at the history every second. */
export const MOST_FILTERS = 50;
/** Of them, those that only admins may add. */
const FOR_ADMINS = 25;

/** What one stream is made of. */
export interface Station {
  readonly isAdmin: boolean;
  /** None: both. */
  readonly stream: 'seconds' | 'decisions' | undefined;
  /** Of the seconds. */
  readonly filter: TrafficFilter;
}

/** Viewers who are told the same. */
export interface Channel {
  readonly isAdmin: boolean;
  readonly viewers: Set<Viewer>;
  /** What is told of these, as one piece that all of them share. */
  payload(seconds: readonly number[], batch: Batch | undefined): Buffer | undefined;
  /** Everything since a point, in the order in which it was told. @param seconds those to tell */
  missed(seconds: readonly number[], since: ResumePoint): readonly Buffer[];
}

export interface Channels {
  all(): Iterable<Channel>;
  /** @returns undefined where too many different filters are watched */
  join(station: Station, viewer: Viewer): Channel | undefined;
  leave(station: Station, viewer: Viewer): void;
  /** Forgets the seconds that were told. */
  clear(): void;
}

export function createChannels(
  history: Pick<TrafficHistory, 'second'>,
  batches: Batches,
): Channels {
  const reels = new Map<string, Reel>();
  const channels = new Map<string, OpenChannel>();

  return {
    all: () => channels.values(),
    join(station, viewer) {
      const key = channelKey(station);
      let channel = channels.get(key);
      if (channel === undefined) {
        const reel = reelFor(station);
        if (reel === undefined) return undefined;
        reel.channels += 1;
        channel = createChannel(station, reel, batches);
        channels.set(key, channel);
      }
      channel.viewers.add(viewer);
      return channel;
    },
    leave(station, viewer) {
      const key = channelKey(station);
      const channel = channels.get(key);
      if (channel === undefined || !channel.viewers.delete(viewer)) return;
      if (channel.viewers.size > 0) return;
      channels.delete(key);
      channel.reel.channels -= 1;
      // What strangers ask for once must not stay.
      if (channel.reel.channels === 0) reels.delete(reelKey(station));
    },
    clear() {
      for (const reel of reels.values()) reel.clear();
    },
  };

  function reelFor(station: Station): Reel | undefined {
    const key = reelKey(station);
    let reel = reels.get(key);
    if (reel !== undefined) return reel;
    if (reels.size >= (station.isAdmin ? MOST_FILTERS : MOST_FILTERS - FOR_ADMINS)) {
      return undefined;
    }
    reel = createReel(history, station.filter, batches);
    reels.set(key, reel);
    return reel;
  }
}

interface OpenChannel extends Channel {
  readonly reel: Reel;
}

function createChannel({ isAdmin, stream }: Station, reel: Reel, batches: Batches): OpenChannel {
  return {
    isAdmin,
    reel,
    viewers: new Set(),
    payload(seconds, batch) {
      const events = stream === 'decisions' ? [] : seconds.map(reel.event);
      if (stream !== 'seconds' && batch !== undefined) events.push(batch.event(isAdmin));
      return events.length > 1 ? Buffer.concat(events) : events[0];
    },
    missed(seconds, since) {
      const told = stream === 'seconds' ? [] : batches.since(since);
      const events: Buffer[] = [];
      let next = 0;
      for (const at of stream === 'decisions' ? [] : seconds) {
        for (let batch = told[next]; batch !== undefined && batch.second < at; ) {
          events.push(batch.event(isAdmin));
          next += 1;
          batch = told[next];
        }
        events.push(reel.event(at));
      }
      return [...events, ...told.slice(next).map((batch) => batch.event(isAdmin))];
    },
  };
}

function reelKey({ stream, filter: { route, policy, replica } }: Station): string {
  // Who watches decisions alone watches no filter.
  return stream === 'decisions' ? '' : JSON.stringify([route, policy, replica]);
}

function channelKey(station: Station): string {
  return `${station.isAdmin} ${station.stream} ${reelKey(station)}`;
}
