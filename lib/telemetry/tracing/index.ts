/**
 * Traces: what a request went through, told to an OpenTelemetry collector. Off unless the OTEL_* variables say so;
 * nothing of OpenTelemetry is loaded before.
 *
 * Guarantees: W3C Trace Context is continued; a collector that is away, slow or hangs costs a bounded memory,
 * then spans, never a wait. Never: a query, a credential, or who sent a request beyond its address.
 */
export { createTracing, type Tracing, type TracingOptions } from './tracing';
export type { TracingVariables } from './variables';
