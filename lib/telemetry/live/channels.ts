import type { TrafficFilter, TrafficHistory } from '../traffic';
import type { Batch, Batches } from './batches';
import { createReel, type Reel } from './reel';
import type { ResumePoint } from './resume-point';
import type { Viewer } from './viewer';

/** Filters that are watched at once: each costs a look at the history every second. */
const MOST_FILTERS = 50;
/** Of them, those that only admins may add. */
const FOR_ADMINS = 25;
/** Those that nobody watches any more are kept for who comes back, who need not be looked up again. */
const MOST_IDLE = 50;

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
  /** Looks up one of these seconds for `missed`. @returns false when all are there */
  lookUpOne(seconds: readonly number[]): boolean;
  /**
   * Everything since a point, in the order in which it was told. A stranger who filters is told only
   * seconds that were told before: whoever has ever new filters must not have ever new work done.
   * @param seconds those to tell
   */
  missed(seconds: readonly number[], since: ResumePoint): readonly Buffer[];
}

export interface Channels {
  all(): Iterable<Channel>;
  /** @returns undefined where too many different filters are watched */
  join(station: Station, viewer: Viewer): Channel | undefined;
  leave(station: Station, viewer: Viewer): void;
  /** Makes ready what most who come back will ask for. */
  prepare(seconds: readonly number[]): void;
  /** A second that was told has changed since. */
  forget(second: number): void;
  /** Forgets the seconds that were told. */
  clear(): void;
}

export function createChannels(
  history: Pick<TrafficHistory, 'second'>,
  batches: Batches,
): Channels {
  const unfiltered = createReel(history, {}, batches);
  const filtered = new Map<string, Reel>();
  const channels = new Map<string, OpenChannel>();

  function reelFor(station: Station): Reel | undefined {
    const key = reelKey(station);
    if (key === undefined) return unfiltered;
    const known = filtered.get(key);
    if (known !== undefined && known.channels > 0) return known;
    const idle = [...filtered].filter(([, reel]) => reel.channels === 0);
    const watched = filtered.size - idle.length;
    if (watched >= (station.isAdmin ? MOST_FILTERS : MOST_FILTERS - FOR_ADMINS)) return undefined;
    if (known !== undefined) return known;
    const [oldestIdle] = idle;
    if (oldestIdle !== undefined && idle.length >= MOST_IDLE) filtered.delete(oldestIdle[0]);
    const reel = createReel(history, station.filter, batches);
    filtered.set(key, reel);
    return reel;
  }

  function open(station: Station): OpenChannel | undefined {
    const reel = reelFor(station);
    if (reel === undefined) return undefined;
    reel.channels += 1;
    const mayLookUp = station.isAdmin || reel === unfiltered;
    const channel = createChannel(station, reel, batches, mayLookUp);
    channels.set(channelKey(station), channel);
    return channel;
  }

  return {
    all: () => channels.values(),
    join(station, viewer) {
      const channel = channels.get(channelKey(station)) ?? open(station);
      channel?.viewers.add(viewer);
      return channel;
    },
    leave(station, viewer) {
      const key = channelKey(station);
      const channel = channels.get(key);
      if (channel === undefined || !channel.viewers.delete(viewer)) return;
      if (channel.viewers.size > 0) return;
      channels.delete(key);
      channel.reel.channels -= 1;
    },
    prepare(seconds) {
      for (const at of seconds) unfiltered.event(at);
    },
    forget(second) {
      for (const reel of [unfiltered, ...filtered.values()]) reel.forget(second);
    },
    clear() {
      for (const reel of [unfiltered, ...filtered.values()]) reel.clear();
    },
  };
}

interface OpenChannel extends Channel {
  readonly reel: Reel;
}

function createChannel(
  { isAdmin, stream }: Station,
  reel: Reel,
  batches: Batches,
  mayLookUp: boolean,
): OpenChannel {
  return {
    isAdmin,
    reel,
    viewers: new Set(),
    payload(seconds, batch) {
      const events = stream === 'decisions' ? [] : seconds.map(reel.event);
      if (stream !== 'seconds' && batch !== undefined) events.push(batch.event(isAdmin));
      return events.length > 1 ? Buffer.concat(events) : events[0];
    },
    lookUpOne(seconds) {
      if (!mayLookUp || stream === 'decisions') return false;
      const next = seconds.find((at) => !reel.has(at));
      if (next !== undefined) reel.event(next);
      return next !== undefined;
    },
    missed(seconds, since) {
      const told = stream === 'seconds' ? [] : batches.since(since);
      const events: Buffer[] = [];
      let next = 0;
      for (const at of stream === 'decisions' ? [] : seconds) {
        if (!mayLookUp && !reel.has(at)) continue;
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

/** Undefined where nothing is filtered: decisions never are. */
function reelKey({ stream, filter: { route, policy, replica } }: Station): string | undefined {
  if (stream === 'decisions') return undefined;
  if (route === undefined && policy === undefined && replica === undefined) return undefined;
  return JSON.stringify([route, policy, replica]);
}

function channelKey(station: Station): string {
  return `${station.isAdmin} ${station.stream} ${reelKey(station)}`;
}
