import type { RequestObserver, RequestRecord } from '../../gateway';
import type { Logger } from '../log';
import { endpointOf, type TracingVariables } from './variables';

export interface TracingOptions {
  readonly variables: TracingVariables;
  readonly replica: string;
  readonly version: string;
  /** Whether an address is a proxy's, whose forwarded fields count, and whose word on sampling. */
  readonly isTrustedProxy: (address: string) => boolean;
  readonly logger: Logger;
}

/** Makes spans of requests and tells a collector. */
export interface Tracing extends Pick<RequestObserver, 'onStart' | 'onDecided' | 'onEnd'> {
  /** Of a request that is traced: 32 hex digits. */
  traceIdOf(record: RequestRecord): string | undefined;
  /** Tells what is left, and waits at most 1.5 s for it. Never rejects. */
  close(): Promise<void>;
}

/**
 * Opens tracing where the variables ask for it.
 * @returns undefined where they do not: then nothing of OpenTelemetry is loaded
 */
export async function createTracing(options: TracingOptions): Promise<Tracing | undefined> {
  const endpoint = endpointOf(options.variables);
  if (endpoint === undefined) return undefined;
  const { openTracing } = await import('./open-tracing');
  return openTracing(endpoint, options);
}
