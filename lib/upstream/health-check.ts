import type { Dispatcher } from 'undici';
import type { Upstream } from '../policy';

export type HealthCheckSettings = NonNullable<Upstream['health_check']>;

/** Checks under way. */
export interface HealthCheck {
  /** Ends the one under way, too; nothing is told after it. */
  stop(): void;
}

export interface HealthCheckOptions {
  readonly settings: HealthCheckSettings;
  /** Asked for each check. */
  readonly dispatcher: () => Dispatcher;
  /** What the Host field says. */
  readonly host: string;
  /** @param fault what the check met, in a few words; undefined when all is well */
  readonly onResult: (fault: string | undefined) => void;
}

const MOST_BODY_BYTES = 65_536;
/** Targets and replicas must not be checked in step. */
const JITTER = 0.1;

/** Asks a target again and again how it is, the first time at once and never twice at a time. */
export function startHealthCheck(options: HealthCheckOptions): HealthCheck {
  const { settings, onResult } = options;
  /** One for each check: what is made of a signal that lives long stays with it (nodejs/node#55351). */
  let underWay: AbortController | undefined;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;

  async function round(): Promise<void> {
    const startedAtMs = performance.now();
    underWay = new AbortController();
    const fault = await check(options, underWay);
    if (isStopped) return;
    onResult(fault);
    const intervalMs = settings.interval_ms * (1 - JITTER + 2 * JITTER * Math.random());
    const waitMs = startedAtMs + intervalMs - performance.now();
    timer = setTimeout(() => void round(), Math.max(0, waitMs));
    timer.unref();
  }

  void round();
  return {
    stop() {
      isStopped = true;
      underWay?.abort();
      clearTimeout(timer);
    },
  };
}

async function check(
  { settings, dispatcher, host }: HealthCheckOptions,
  ending: AbortController,
): Promise<string | undefined> {
  const { path, timeout_ms: timeoutMs } = settings;
  const { signal } = ending;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    ending.abort();
  }, timeoutMs);
  timer.unref();
  try {
    const { statusCode, body } = await dispatcher().request({
      method: 'GET',
      path,
      headers: { host, 'user-agent': 'Floodgate-Health', accept: '*/*' },
      signal,
    });
    // Read, or the connection could not be used again; what is too long to be read costs it.
    await body.dump({ limit: MOST_BODY_BYTES, signal });
    return statusCode >= 200 && statusCode < 400 ? undefined : `status ${statusCode}`;
  } catch (error) {
    return isLate ? `no answer within ${timeoutMs} ms` : faultOf(error);
  } finally {
    clearTimeout(timer);
  }
}

const FAULTS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'connection refused'],
  ['ECONNRESET', 'connection reset'],
  ['ENOTFOUND', 'unknown name'],
  ['EAI_AGAIN', 'name not resolved'],
  ['EHOSTUNREACH', 'host unreachable'],
  ['ENETUNREACH', 'network unreachable'],
  ['UND_ERR_CONNECT_TIMEOUT', 'no connection in time'],
  ['UND_ERR_SOCKET', 'connection closed'],
]);

function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown fault';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return FAULTS.get(code) ?? code;
}
