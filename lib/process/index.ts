/**
 * Processes: when one is to stop, how its listener ends without losing a request, and the supervisor
 * of several workers on one port.
 *
 * Guarantees: workers that die are replaced while any can be started; a restart replaces a worker only
 * after its successor serves; whichever worker is asked for metrics answers for all of them; nothing
 * waits longer to stop than its timeout. Never serves a request in the supervisor's process.
 */
export { trackConnections } from './connections';
export { greeting, madeTokenLines } from './greeting';
export { type SharedMetrics, shareMetrics } from './shared-metrics';
export { closeListener, type Listener, type ShutdownTimes } from './shutdown';
export { onStop, type StopReason } from './stop-signals';
export { SupervisionError, type Supervisor, supervise } from './supervisor';
export { tellReady, WorkerEndedError } from './worker';
