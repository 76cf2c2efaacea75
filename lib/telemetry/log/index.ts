/**
 * The log: what the process has to say, and one line for each request. JSON by lines, readable on a terminal.
 *
 * Guarantees: a line is one line, whatever clients send; requests have at most so many lines per second, each
 * saying for how many it stands, errors and admitted ones beside any flood of refusals; who does not read
 * costs a bounded memory, then lines, never a wait. Never: a credential, a query, a header's value.
 */
export { createLogger, type Logger, type LoggerOptions } from './logger';
export {
  createRequestLog,
  type RequestLog,
  type RequestLogOptions,
  type RequestLogOutput,
} from './request-log';
