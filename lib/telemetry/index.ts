/**
 * Telemetry: what happened, and how to see it. It watches the requests by the gateway's port
 * `RequestObserver`; the gateway knows nothing of it.
 *
 * traffic/ counts, metrics/ is for Prometheus, live/ for people who watch, log/ and tracing/ for single
 * requests, fleet/ joins the replicas.
 *
 * Guarantees: no request waits for any of it; everything that clients or time can grow is bounded.
 * Never: tells a credential to anybody.
 */

export { type LiveHello, type LiveSecondJson, liveEndpoint } from './live';
export { createLogger, type Logger } from './log';
export { createAttemptMetrics, type Metrics, metricsEndpoint } from './metrics';
export { openTelemetry, type Telemetry } from './telemetry';
export type { BlockedClient, LiveDecision, TrafficFilter, TrafficIdentity } from './traffic';
