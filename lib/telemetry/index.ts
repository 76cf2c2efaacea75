/** Telemetry: what happened. Today the log; it never holds a credential. */
export { createLogger, type Logger } from './logger';
