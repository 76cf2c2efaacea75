import type { ServerResponse } from 'node:http';
import type { CachedAnswer } from '../cache';
import type { Handover } from '../handover';
import { watchReader } from './reader-watch';
import { VIA } from './request-headers';

/** Writes an answer that the cache keeps. @param ours the gateway's fields, appended */
export function sendCached(
  response: ServerResponse,
  { status, headers, body }: CachedAnswer,
  ours: readonly string[],
): void {
  response.writeHead(status, [...headers, 'Via', VIA, ...ours]);
  response.end(body.length === 0 ? undefined : body);
}

/** An answer from the cache: no upstream is asked. */
export class CachedHandover implements Handover {
  readonly headers: string[] = [];
  isLimited = false;
  onStatus: ((status: number) => void) | undefined;
  onEnd: (() => void) | undefined;

  constructor(
    private readonly answer: CachedAnswer,
    private readonly idleMs: number,
  ) {}

  run(response: ServerResponse): void {
    this.onStatus?.(this.answer.status);
    if (response.destroyed) {
      this.onEnd?.();
      return;
    }
    const endWatch = watchReader(response, this.idleMs);
    response.once('close', () => {
      endWatch();
      this.onEnd?.();
    });
    sendCached(response, this.answer, this.headers);
  }
}
