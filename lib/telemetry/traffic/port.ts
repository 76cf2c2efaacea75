import { type RequestVerdict, type Sender, senderKinds } from '../../gateway';

/**
 * What is counted together: requests that took one route and were decided by one policy.
 * `-` stands for no route or no policy.
 */
export interface Cell {
  readonly route: string;
  readonly policy: string;
}

/** Answers of a time. Every request is one of the three. */
export interface Counts {
  /** Let in, and answered below 500. */
  readonly allowed: number;
  /** Refused, by a limit, a list or for its credentials. */
  readonly denied: number;
  /** Answered with 500 or above, whoever did. */
  readonly errors: number;
}

/** What one replica counted of one cell in one slot of time. */
export interface CellCounts extends Cell, Counts {
  /** An encoded `LatencyHistogram` of all of them. */
  readonly latency: string;
}

/**
 * A second or a minute of one replica. Absolute: told again, it replaces what was told before, so
 * nothing is counted twice and what was lost on the way is told the next time. It only grows: of two
 * tellings the one with more requests is the newer.
 */
export interface Slot {
  /** Its start, Unix seconds. */
  readonly at: number;
  readonly cells: readonly CellCounts[];
}

export const callerKinds = senderKinds;
export type TrafficIdentity = Sender;

/** A client among those refused most often. */
export interface BlockedClient extends TrafficIdentity {
  /** At most this many. */
  readonly count: number;
  /** At least `count - error` of them were its own. */
  readonly error: number;
}

/** Seconds of each time in which it is told who was refused. */
export const BLOCKED_SECONDS = { minute: 60, hour: 3_600 } as const;

/** Who was refused in a time; like a slot, absolute. */
export interface BlockedSlot {
  /** Its start, Unix seconds. */
  readonly at: number;
  readonly span: keyof typeof BLOCKED_SECONDS;
  /** All refusals of that time. */
  readonly total: number;
  /** A client that is not listed was refused at most so often. */
  readonly floor: number;
  /** Most refused first. */
  readonly clients: readonly BlockedClient[];
}

/** A request as the latest ones are shown. */
export interface LiveDecision {
  /** Its request id. */
  readonly id: string;
  /** Of its answer, Unix ms by everybody's clock. */
  readonly at: number;
  readonly replica: string;
  readonly method: string;
  readonly path: string;
  /** null when its credentials held nothing and its address is not known. */
  readonly identity: TrafficIdentity | null;
  readonly route: string;
  readonly policy: string;
  readonly verdict: RequestVerdict;
  readonly status: number;
  /** From its coming to the head of the answer, ms. */
  readonly duration_ms: number;
  /** How many requests it stands for: 1 while all are shown, more while they come faster. */
  readonly weight: number;
}

/** What a replica tells the others at each flush. */
export interface Frame {
  /** Of one life of a process; other than its name no two ever share it. */
  readonly instance: string;
  readonly replica: string;
  /** Those that changed since the last frame that arrived. */
  readonly seconds: readonly Slot[];
  readonly minutes: readonly Slot[];
  readonly blocked: readonly BlockedSlot[];
  readonly decisions: readonly LiveDecision[];
}

/** How long seconds are kept, in seconds; and how long minutes are, in minutes. */
export const SECONDS_KEPT = 3_600;
export const MINUTES_KEPT = 10_080;
/** How far ahead of this clock another's may be; slots beyond it are not taken, seconds. */
export const FUTURE_TAKEN = 60;
/** How often a replica tells what it counted, ms. */
export const FLUSH_MS = 250;
/** Where nothing has a name. */
export const NONE = '-';
/** Stands for all names that have no place of their own. */
export const OTHER = 'other';

/** Where frames go to and come from beyond this process. */
export interface TrafficLink {
  /**
   * Writes a frame down and tells it to whoever listens. Rejects when that failed, or is not certain
   * to have worked: what it held is then to be told again.
   */
  send(frame: Frame): Promise<void>;
  /** Told of every frame of other processes, and of the times when some may have been missed. */
  listen(listener: FrameListener): void;
  /**
   * Everything that is kept of a time, as frames of whoever wrote it, this process included: the
   * newest seconds first, each frame as soon as it is read. Throws while it is read where that fails.
   * @param sinceSeconds Unix seconds; of seconds, minutes and hours alike, and a little before it
   */
  load(sinceSeconds: number): AsyncIterable<Frame>;
  /** What to add to this machine's clock to have everybody's, ms; 0 before it was measured. */
  readonly clockOffsetMs: number;
}

export interface FrameListener {
  readonly onFrame: (frame: Frame) => void;
  readonly onGap: () => void;
}

/** What is asked of the history. */
export interface TrafficQuery {
  /** Unix seconds, the first included and the last not; both multiples of the step. */
  readonly from: number;
  readonly to: number;
  /**
   * Seconds for each point: a divisor of 60, only within the last hour, or a multiple of 60 that
   * divides 3,600. At most 3,600 points.
   */
  readonly step: number;
  readonly filter: TrafficFilter;
}

export interface TrafficFilter {
  readonly route?: string | undefined;
  readonly policy?: string | undefined;
  readonly replica?: string | undefined;
}

/** Latency of the requests of a time, ms; null where there were none. */
export interface Latency {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** One column for each number, one entry for each step. */
export interface TrafficSeries {
  readonly allowed: readonly number[];
  readonly denied: readonly number[];
  readonly errors: readonly number[];
  readonly p50: readonly (number | null)[];
  readonly p95: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
}

/** A route, a policy or a replica and what it had of the whole. */
export interface TrafficShare extends Counts {
  readonly name: string;
  readonly p95: number | null;
}

/** The answer: all of it from one look, so that its numbers agree. */
export interface TrafficReport {
  readonly series: TrafficSeries;
  readonly totals: Counts & {
    readonly latency: Latency & { readonly mean: number | null; readonly max: number | null };
  };
  /** Most requests first, 50 at most: the last of them is then `other`, for all others. */
  readonly routes: readonly TrafficShare[];
  readonly policies: readonly TrafficShare[];
  readonly replicas: readonly TrafficShare[];
  /** Of all requests, whatever the filter: who was refused is not counted by route. */
  readonly blocked: BlockedReport;
}

export interface BlockedReport {
  /** All refusals of the minutes that the time touches, beyond an hour of the hours. */
  readonly total: number;
  /** No count is off by more, and who was in nobody's list was refused at most so often. */
  readonly error_bound: number;
  /** Who was certainly refused most (`count - error`) first, 20 at most. */
  readonly clients: readonly BlockedClient[];
}

/** Too many different questions wait for their answers: this one may be asked again, later. */
export class TrafficBusyError extends Error {
  override readonly name = 'TrafficBusyError';

  constructor() {
    super('Too many different questions about traffic wait for their answers');
  }
}

/** Everything that is known of the last hour by seconds and of the last week by minutes. */
export interface TrafficHistory {
  put(frame: Frame): void;
  /**
   * Yields to other work while it reads.
   * @throws RangeError for a query that its docs exclude, TrafficBusyError while too many wait
   */
  query(query: TrafficQuery): Promise<TrafficReport>;
  /** One second, for who watches it pass. @param at Unix seconds */
  second(at: number, filter: TrafficFilter): LiveSecond;
}

export interface LiveSecond extends Counts, Latency {
  /** Unix seconds. */
  readonly at: number;
}
