import { randomUUID } from 'node:crypto';
import { type RequestRecord, senderOf } from '../../gateway';
import { BlockedTime } from './blocked-slots';
import { MOST_DECISIONS } from './frame-schema';
import { liveDecisionOf } from './live-decision';
import { FLUSH_MS, type Frame, type LiveDecision, NONE } from './port';
import { createSampler } from './sampler';
import { TrafficSlots } from './traffic-slots';

/** Requests a second that are shown one by one. */
const SHOWN_PER_SECOND = 100;

export interface RecorderOptions {
  /** The name it is shown by. */
  readonly replica: string;
  /** Of this life of the process; default: a random one. */
  readonly instance?: string | undefined;
  /** Unix ms; default: this machine's clock. */
  readonly now?: (() => number) | undefined;
  /** How often frames are told, ms; default 250. */
  readonly flushMs?: number | undefined;
  /** Told what changed, where anything did. */
  readonly onFrame: (frame: Frame) => void;
}

export interface Recorder {
  readonly instance: string;
  /** Counts it, notes when it was answered, and sets its weight where it is to be shown. */
  onAnswer(record: RequestRecord): void;
  /** Requests of the last second that is over. */
  requestsPerSecond(): number;
  /** Tells at once what changed. */
  flush(): void;
  /** Tells what is left, and nothing after it. */
  close(): void;
}

/** Counts requests on their way, and tells every 250 ms what they came to. */
export function createRecorder(options: RecorderOptions): Recorder {
  const { replica, instance = randomUUID(), now = Date.now, flushMs = FLUSH_MS, onFrame } = options;
  const slots = new TrafficSlots();
  const blockedOfMinute = new BlockedTime('minute');
  const blockedOfHour = new BlockedTime('hour');
  const sampler = createSampler(SHOWN_PER_SECOND);
  let decisions: LiveDecision[] = [];
  const timer = setInterval(flush, flushMs).unref();

  function onAnswer(record: RequestRecord): void {
    const nowMs = now();
    record.atMs = nowMs;
    const { verdict, route, policy = NONE } = record;
    slots.record(route, policy, verdict, record.latencyMs, nowMs);
    const weight = sampler.take(nowMs);
    if (verdict === 'denied') block(record, nowMs);
    if (weight === 0 || decisions.length === MOST_DECISIONS) return;
    record.weight = weight;
    decisions.push(liveDecisionOf(record, replica, weight));
  }

  function block({ caller }: RequestRecord, nowMs: number): void {
    if (caller === undefined) return;
    const { kind, value } = senderOf(caller);
    blockedOfMinute.hit(kind, value, nowMs);
    blockedOfHour.hit(kind, value, nowMs);
  }

  function flush(): void {
    const nowMs = now();
    // Nobody shows them any more; a request that comes much later stands for itself alone.
    sampler.rest(nowMs);
    const { seconds, minutes } = slots.changed(nowMs);
    const blocked = [...blockedOfMinute.changed(nowMs), ...blockedOfHour.changed(nowMs)];
    if (seconds.length + minutes.length + blocked.length + decisions.length === 0) return;
    const frame = { instance, replica, seconds, minutes, blocked, decisions };
    decisions = [];
    onFrame(frame);
  }

  return {
    instance,
    onAnswer,
    requestsPerSecond: () => slots.lastSecond,
    flush,
    close() {
      clearInterval(timer);
      flush();
    },
  };
}
