import type { Admit } from '@/lib/gateway';
import { RequestRecord } from '@/lib/gateway';
import { LatencyHistogram } from '@/lib/telemetry/traffic/latency-histogram';
import type { CellCounts, Frame, Slot, TrafficIdentity } from '@/lib/telemetry/traffic/port';

type Admission = Awaited<ReturnType<Admit>>;

export interface RequestOptions {
  readonly route?: string;
  readonly policy?: string | undefined;
  readonly isRefused?: boolean;
  readonly status?: number;
  readonly latencyMs?: number;
  readonly path?: string;
  /** undefined: its credentials held nothing. */
  readonly identity?:
    | { readonly ip: string; readonly keyId?: string; readonly user?: string }
    | undefined;
  /** Of a refused request without an identity. */
  readonly ip?: string;
}

/** A request that has its answer. */
export function requestRecord(options: RequestOptions = {}): RequestRecord {
  const { route = '/api', policy = 'basic', isRefused = false, latencyMs = 1 } = options;
  const call = {
    method: 'GET',
    path: options.path ?? '/api/data',
    query: '',
    header: () => undefined,
    peerAddress: '192.0.2.1',
    body: async () => undefined,
  };
  const record = new RequestRecord(call, 'request-1', route);
  const identity = 'identity' in options ? options.identity : { ip: '192.0.2.1' };
  const evaluation = {
    policy: { policy: { name: policy, mode: 'enforce' } },
    standing: 'limited',
    decision: { allowed: !isRefused },
  };
  record.admission = {
    identity,
    ip: options.ip,
    evaluations: policy === undefined ? [] : [evaluation],
    decisions: [],
    refusal: isRefused ? { status: 429, headers: [], body: undefined } : undefined,
  } as unknown as Admission;
  record.status = options.status ?? (isRefused ? 429 : 200);
  record.answeredMs = record.startedMs + latencyMs;
  return record;
}

export interface CellOptions {
  readonly route?: string;
  readonly policy?: string;
  readonly allowed?: number;
  readonly denied?: number;
  readonly errors?: number;
  /** Of all of them, over and over again. */
  readonly latencies?: readonly number[];
}

export function cellCounts(options: CellOptions = {}): CellCounts {
  const { route = '/api', policy = 'basic', allowed = 0, denied = 0, errors = 0 } = options;
  const { latencies = [1] } = options;
  const histogram = new LatencyHistogram();
  for (let request = 0; request < allowed + denied + errors; request++) {
    histogram.record(latencies[request % latencies.length] ?? 1);
  }
  return { route, policy, allowed, denied, errors, latency: histogram.encode() };
}

export function slotAt(at: number, ...cells: CellOptions[]): Slot {
  return { at, cells: cells.map(cellCounts) };
}

export function frameOf(frame: Partial<Frame>): Frame {
  return {
    instance: 'instance-1',
    replica: 'replica-1',
    seconds: [],
    minutes: [],
    blocked: [],
    decisions: [],
    ...frame,
  };
}

export function requestsOf(slots: readonly Slot[]): number {
  let requests = 0;
  for (const { cells } of slots) {
    for (const { allowed, denied, errors } of cells) requests += allowed + denied + errors;
  }
  return requests;
}

export function addressOf(value: string): TrafficIdentity {
  return { kind: 'ip', value };
}
