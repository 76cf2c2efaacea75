import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Frame, LiveDecision, TrafficHistory } from '../traffic';
import { type Batch, createBatches } from './batches';
import { type Channel, createChannels, type Station } from './channels';
import type { LiveHello } from './events';
import { createOpenings } from './openings';
import { SECONDS_REPLAYED } from './reel';
import { formatResumePoint, type ResumePoint } from './resume-point';
import { createSeats } from './seats';
import { serverSentEvent } from './server-sent-event';
import { thinned } from './thinning';
import { Viewer } from './viewer';

/** After a second ended, what others counted of it is here by then, ms. */
const LATE_MS = 700;
/** Decisions told in a second, of all replicas together: while viewers are few, and to all together. */
const MOST_DECISIONS = { perSecond: 200, toAll: 20_000 };
/** Writes in one turn of the event loop: requests must not wait for all viewers. */
const WRITES_PER_TURN = 32;
/** A clock that was set back by more is followed; by less, it is waited for. */
const MOST_BACK_SECONDS = 5;
/** Between a broken stream and the next try, ms: not all at the same moment. */
const RETRY_MS = { least: 2_000, spread: 4_000 };

export interface LiveFeedOptions {
  readonly history: Pick<TrafficHistory, 'second'>;
  /** Tells of every frame of every replica. @returns what ends it */
  readonly onFrame: (listener: (frame: Frame) => void) => () => void;
  /** Display name of this one. */
  readonly replica: string;
  /** The clock that seconds go by, which is everybody's: Unix ms. */
  readonly now: () => number;
  /** Told once when viewers could not be told: the next round tries again. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
}

/** Who wants to watch what. */
export interface Watch extends Station {
  /** The client's address. */
  readonly ip: string;
  /** How far it was told before. */
  readonly resumeFrom: ResumePoint | undefined;
}

/**
 * Why nobody else can watch: too many do, this address begins too often, too many different filters
 * are watched, or it is over.
 */
export type WatchRefusal = 'viewers' | 'openings' | 'filters' | 'closed';

/** What is told to the viewers of this process, made once for all of them. */
export interface LiveFeed {
  /** How many watch. */
  readonly viewers: number;
  /** Takes a place, held until the stream has ended: what is given has to be run. */
  watch(watch: Watch): Viewer | WatchRefusal;
  /** Ends all streams, and takes no more viewers. */
  close(): void;
}

/** The fan-out: one round for all viewers, several in a second while they are few. */
export function createLiveFeed(options: LiveFeedOptions): LiveFeed {
  const { history, onFrame, replica, now } = options;
  const batches = createBatches(newMark());
  const channels = createChannels(history, batches);
  const seats = createSeats();
  const openings = createOpenings();
  let told = lastEnded(now());
  let pending: readonly LiveDecision[] = [];
  let lately = { second: 0, decisions: 0 };
  let isClosed = false;
  let isFailing = false;
  let replays: Promise<void> = Promise.resolve();
  const stopListening = onFrame(({ seconds, decisions }) => {
    for (const { at } of seconds) {
      if (at <= told && at > told - SECONDS_REPLAYED) channels.forget(at);
    }
    if (decisions.length === 0) return;
    pending = thinned([...pending, ...decisions], 2 * MOST_DECISIONS.perSecond);
  });
  let timer = setTimeout(round, untilRound());

  async function round(): Promise<void> {
    try {
      await tellAll();
      isFailing = false;
    } catch (error) {
      fail(error);
    } finally {
      if (!isClosed) timer = setTimeout(round, untilRound());
    }
  }

  function fail(error: unknown): void {
    if (!isFailing) options.onFailure?.(error);
    isFailing = true;
  }

  async function tellAll(): Promise<void> {
    const turns = tellings(dueSeconds(), nextBatch());
    const nowMs = performance.now();
    for (const [index, { viewer, events }] of turns.entries()) {
      if (index > 0 && index % WRITES_PER_TURN === 0) await nextTurn();
      viewer.tell(events, nowMs);
    }
  }

  /** Who watches now: whoever catches up while they are told is told all of it by that. */
  function tellings(seconds: readonly number[], batch: Batch | undefined): Telling[] {
    return [...channels.all()].flatMap((channel) => {
      const events = channel.payload(seconds, batch);
      const viewers = [...channel.viewers].filter(({ isCaughtUp }) => isCaughtUp);
      return viewers.map((viewer) => ({ viewer, events }));
    });
  }

  function dueSeconds(): readonly number[] {
    const ended = lastEnded(now());
    if (ended < told - MOST_BACK_SECONDS) {
      told = ended;
      channels.clear();
    }
    const since = told;
    told = Math.max(told, ended);
    const seconds = secondsSince(since);
    channels.prepare(seconds);
    return seconds;
  }

  function secondsSince(second: number): readonly number[] {
    const first = Math.max(second + 1, told - SECONDS_REPLAYED + 1);
    return Array.from({ length: Math.max(0, told - first + 1) }, (_, index) => first + index);
  }

  function nextBatch(): Batch | undefined {
    const second = Math.floor(now() / 1_000);
    if (lately.second !== second) lately = { second, decisions: 0 };
    const decisions = thinned(pending, decisionsPerSecond(seats.taken) - lately.decisions);
    if (decisions.length === 0) return undefined;
    lately.decisions += decisions.length;
    pending = [];
    return batches.add(decisions, told);
  }

  /** Rounds keep to the moments at which seconds become due. */
  function untilRound(): number {
    const intervalMs = roundMs(seats.taken);
    // Timers may be a little early.
    return Math.ceil(intervalMs - ((now() - LATE_MS) % intervalMs)) + 1;
  }

  function welcome(viewer: Viewer, channel: Channel, resumeFrom: ResumePoint | undefined): void {
    const hello: LiveHello = {
      server_time: new Date(now()).toISOString(),
      replica,
      viewers: seats.taken,
      is_admin: channel.isAdmin,
    };
    const { mark, latest } = batches;
    const id = formatResumePoint(resumeFrom ?? { second: told, batch: { mark, number: latest } });
    viewer.greet(Buffer.from(`retry: ${retryMs()}\n${serverSentEvent('hello', hello, id)}`));
    if (resumeFrom === undefined) viewer.catchUp([]);
    else replays = replays.then(() => replay(viewer, channel, resumeFrom));
  }

  /** One at a time, and second by second: requests must not wait for who comes back. */
  async function replay(viewer: Viewer, channel: Channel, from: ResumePoint): Promise<void> {
    try {
      while (!viewer.hasLeft && channel.lookUpOne(secondsSince(from.second))) await nextTurn();
      if (!viewer.hasLeft) viewer.catchUp(channel.missed(secondsSince(from.second), from));
    } catch (error) {
      fail(error);
      viewer.end();
    }
  }

  return {
    get viewers() {
      return seats.taken;
    },
    watch({ ip, resumeFrom, ...station }) {
      if (isClosed) return 'closed';
      if (!openings.admit(ip, station.isAdmin, performance.now())) return 'openings';
      const giveBack = seats.take(ip, station.isAdmin);
      if (giveBack === undefined) return 'viewers';
      const viewer = new Viewer({
        onOpen() {
          if (channel !== undefined) welcome(viewer, channel, resumeFrom);
        },
        onLeave() {
          giveBack();
          channels.leave(station, viewer);
        },
      });
      const channel = channels.join(station, viewer);
      if (channel !== undefined) return viewer;
      giveBack();
      return 'filters';
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      stopListening();
      for (const channel of channels.all()) {
        for (const viewer of channel.viewers) viewer.end();
      }
    },
  };
}

interface Telling {
  readonly viewer: Viewer;
  readonly events: Buffer | undefined;
}

/** The last second of which everything is known, Unix seconds. */
function lastEnded(nowMs: number): number {
  return Math.floor((nowMs - LATE_MS) / 1_000) - 1;
}

/** A write to each costs what it costs: many viewers are told less often. */
function roundMs(viewers: number): number {
  if (viewers <= 100) return 250;
  return viewers <= 200 ? 500 : 1_000;
}

/** And so does each byte: many viewers are told fewer, which stand for more. */
function decisionsPerSecond(viewers: number): number {
  const { perSecond, toAll } = MOST_DECISIONS;
  return Math.min(perSecond, Math.floor(toAll / Math.max(1, viewers)));
}

function retryMs(): number {
  return Math.round(RETRY_MS.least + Math.random() * RETRY_MS.spread);
}

/** Of one life of a process. */
function newMark(): string {
  return Math.random().toString(36).slice(2, 10);
}
