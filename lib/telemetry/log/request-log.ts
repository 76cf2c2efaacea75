import type { RequestObserver, RequestRecord, RequestVerdict } from '../../gateway';
import { createSampler, type Sampler } from '../traffic';
import type { Logger } from './logger';
import { jsonRequestLine, prettyRequestLine } from './request-line';
import { standardOutput } from './standard-output';

export interface RequestLogOptions {
  /** The process's; its level switches this log off above `info`. */
  readonly logger: Logger;
  readonly replica: string;
  /** Lines per second at most; 0: none. */
  readonly linesPerSecond: number;
  /** Of a request that is traced: 32 hex digits. */
  readonly traceIdOf?: (record: RequestRecord) => string | undefined;
  /** Where lines go; standard output unless given. */
  readonly output?: RequestLogOutput;
}

export interface RequestLogOutput {
  readonly isTerminal: boolean;
  write(line: string): void;
  flush(): void;
}

/** One line for each request, or for a fair sample of them that says so. */
export interface RequestLog extends Pick<RequestObserver, 'onEnd'> {
  /** Writes what is held back; what comes later is written at exit. */
  close(): void;
}

/** Refusals come in floods: they get this much of the lines, and errors as much of their own. */
const SHARE = 0.1;

/** @returns undefined where none is to be written */
export function createRequestLog(options: RequestLogOptions): RequestLog | undefined {
  const { logger, replica, linesPerSecond, traceIdOf } = options;
  if (linesPerSecond === 0 || !logger.isLevelEnabled('info')) return undefined;
  const output = options.output ?? ownOutput();
  const lineOf = output.isTerminal ? prettyRequestLine : jsonRequestLine;
  const share = Math.max(1, Math.floor(linesPerSecond * SHARE));
  const samplers: { readonly [V in RequestVerdict]: Sampler } = {
    allowed: createSampler(Math.max(1, linesPerSecond - 2 * share)),
    denied: createSampler(share),
    error: createSampler(share),
  };
  return {
    onEnd(record) {
      const endedMs = performance.now();
      const weight = samplers[record.verdict].take(endedMs);
      if (weight === 0) return;
      output.write(lineOf(record, { replica, weight, traceId: traceIdOf?.(record), endedMs }));
    },
    close: output.flush,
  };
}

function ownOutput(): RequestLogOutput {
  const { stdout } = process;
  if (!stdout.isTTY) return { isTerminal: false, ...standardOutput() };
  return {
    isTerminal: true,
    write: (line) => stdout.write(line),
    flush: () => undefined,
  };
}
