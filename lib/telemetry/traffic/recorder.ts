import { randomUUID } from 'node:crypto';
import type { RequestRecord } from '../../gateway';
import { BlockedTime } from './blocked-slots';
import { LONGEST_PATH, MOST_DECISIONS } from './frame-schema';
import { FLUSH_MS, type Frame, type LiveDecision, NONE, type TrafficIdentity } from './port';
import { createSampler } from './sampler';
import { cut, identityOf } from './traffic-identity';
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
  /** Counts it, and sets its weight where it is to be shown. */
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
  const blocked = [new BlockedTime('minute'), new BlockedTime('hour')] as const;
  const sampler = createSampler(SHOWN_PER_SECOND);
  let decisions: LiveDecision[] = [];
  const timer = setInterval(flush, flushMs).unref();

  function onAnswer(record: RequestRecord): void {
    const nowMs = now();
    const { verdict, route, policy = NONE } = record;
    slots.record(route, policy, verdict, record.latencyMs, nowMs);
    const weight = sampler.take(nowMs);
    if (weight === 0 && verdict !== 'denied') return;
    const identity = identityOf(record);
    if (verdict === 'denied' && identity !== undefined) {
      for (const time of blocked) time.hit(identity, nowMs);
    }
    if (weight === 0 || decisions.length === MOST_DECISIONS) return;
    record.weight = weight;
    decisions.push(decisionOf(record, policy, identity, nowMs));
  }

  function decisionOf(
    record: RequestRecord,
    policy: string,
    identity: TrafficIdentity | undefined,
    nowMs: number,
  ): LiveDecision {
    const { requestId, call, route, verdict, status, weight, latencyMs } = record;
    return {
      id: requestId,
      at: nowMs,
      replica,
      method: call.method,
      path: cut(call.path, LONGEST_PATH),
      identity: identity ?? null,
      route,
      policy,
      verdict,
      status,
      duration_ms: Math.round(latencyMs * 1_000) / 1_000,
      weight,
    };
  }

  function flush(): void {
    const nowMs = now();
    const { seconds, minutes } = slots.changed(nowMs);
    const refused = blocked.flatMap((time) => time.changed(nowMs));
    if (seconds.length === 0 && minutes.length === 0 && decisions.length === 0) return;
    const frame = { instance, replica, seconds, minutes, blocked: refused, decisions };
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
