import {
  type RequestObserver,
  type RequestRecord,
  type RequestVerdict,
  requestVerdicts,
} from '../../gateway';
import { createSampler, type Sampler } from '../traffic';
import type { Logger } from './logger';
import { JSON_LINES, PRETTY_LINES } from './request-line';
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

/** Between looks whether a flood has ended, ms. */
const REST_MS = 1_000;

/** Refusals come in floods: they get this much of the lines, and errors as much of their own. */
const SHARE = 0.1;

/** @returns undefined where none is to be written */
export function createRequestLog(options: RequestLogOptions): RequestLog | undefined {
  const { logger, replica, linesPerSecond, traceIdOf } = options;
  if (linesPerSecond === 0 || !logger.isLevelEnabled('info')) return undefined;
  const output = options.output ?? ownOutput();
  const lines = output.isTerminal ? PRETTY_LINES : JSON_LINES;
  const share = Math.max(1, Math.floor(linesPerSecond * SHARE));
  const samplers: { readonly [V in RequestVerdict]: Sampler } = {
    allowed: createSampler(Math.max(1, linesPerSecond - 2 * share)),
    denied: createSampler(share),
    error: createSampler(share),
  };
  const timer = setInterval(() => tellRest(performance.now()), REST_MS).unref();

  /** Those at the end of a flood that no line stands for. */
  function tellRest(nowMs: number): void {
    for (const verdict of requestVerdicts) {
      const weight = samplers[verdict].rest(nowMs);
      if (weight > 0) output.write(lines.ofOthers(verdict, { replica, weight }));
    }
  }

  return {
    onEnd(record) {
      const endedMs = performance.now();
      const weight = samplers[record.verdict].take(endedMs);
      if (weight === 0) return;
      const traceId = traceIdOf?.(record);
      output.write(lines.ofRequest(record, { replica, weight, traceId, endedMs }));
    },
    close() {
      clearInterval(timer);
      tellRest(Number.POSITIVE_INFINITY);
      output.flush();
    },
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
