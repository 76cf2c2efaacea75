import { type RequestRecord, type RequestVerdict, senderOf } from '../../gateway';
import { bounded } from '../../http';
import { plainText } from './plain-text';

/** What a line tells that its record does not know. */
export interface LineFacts {
  readonly replica: string;
  /** For how many requests it stands. */
  readonly weight: number;
  /** 32 hex digits; undefined where the request was not traced. */
  readonly traceId: string | undefined;
  /** Monotonic ms. */
  readonly endedMs: number;
}

/** Lines with their ends: plain text, below 4,096 bytes each. */
export interface RequestLines {
  ofRequest(record: RequestRecord, facts: LineFacts): string;
  /** Of requests that no other line stands for. */
  ofOthers(verdict: RequestVerdict, facts: Pick<LineFacts, 'replica' | 'weight'>): string;
}

/** Clients choose these; what is no ASCII takes six bytes each. */
const LONGEST_PATH = 256;
const LONGEST_SENDER = 128;
const INFO = 30;

/** As the log's other lines: JSON, with pino's names for level, time and message. */
export const JSON_LINES: RequestLines = {
  ofRequest: jsonRequestLine,
  ofOthers: (verdict, { replica, weight }) =>
    `${plainText(JSON.stringify({ level: INFO, time: Date.now(), replica, verdict, weight, msg: 'other requests' }))}\n`,
};

/** For a person at a terminal. */
export const PRETTY_LINES: RequestLines = {
  ofRequest: prettyRequestLine,
  ofOthers: (verdict, { weight }) => `${timeOfDay()} ${MARKS[verdict]} ${weight} others\n`,
};

function jsonRequestLine(
  record: RequestRecord,
  { replica, weight, traceId, endedMs }: LineFacts,
): string {
  const { call, status, upstream, decidedMs, answeredMs } = record;
  const line = JSON.stringify({
    level: INFO,
    time: Date.now(),
    replica,
    request_id: record.requestId,
    trace_id: traceId,
    method: call.method,
    path: bounded(call.path, LONGEST_PATH),
    route: record.route,
    policy: record.policy,
    verdict: record.verdict,
    status,
    identity: identityOf(record),
    upstream,
    target: record.target,
    attempts: upstream === undefined ? undefined : record.attempts,
    decision_ms: decidedMs === 0 ? undefined : rounded(record.decisionMs),
    latency_ms: answeredMs === 0 ? undefined : rounded(record.latencyMs),
    duration_ms: rounded(endedMs - record.startedMs),
    weight: weight === 1 ? undefined : weight,
    msg: 'request',
  });
  return `${plainText(line)}\n`;
}

const MARKS: { readonly [V in RequestVerdict]: string } = {
  allowed: '\x1b[32m✓\x1b[39m',
  denied: '\x1b[31m✕\x1b[39m',
  error: '\x1b[33m!\x1b[39m',
};

/** `12:04:20 ✓ GET /api/info → 200  stock-price  203.0.113.7  1.2 ms` */
function prettyRequestLine(record: RequestRecord, { weight, endedMs }: LineFacts): string {
  const { call, verdict, status, policy } = record;
  const path = plainText(bounded(call.path, LONGEST_PATH));
  const who = plainText(identityOf(record)?.id ?? '');
  const ms = (endedMs - record.startedMs).toFixed(1);
  const others = weight === 1 ? '' : `  (one of ${weight})`;
  return `${timeOfDay()} ${MARKS[verdict]} ${call.method} ${path} → ${status}  ${policy ?? '-'}  ${who}  ${ms} ms${others}\n`;
}

function timeOfDay(): string {
  return new Date().toTimeString().slice(0, 8);
}

function identityOf({ caller }: RequestRecord) {
  if (caller === undefined) return undefined;
  const { kind, value } = senderOf(caller);
  return { kind, id: bounded(value, LONGEST_SENDER) };
}

/** Microseconds are enough. */
function rounded(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
