import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { BODY_TOO_LONG, BODY_TOO_SLOW, type Failure } from './failure';

/** A sender that falls behind this after the grace holds a connection for nothing (slowloris). */
const LEAST_BYTES_PER_SECOND = 500;
const GRACE_MS = 30_000;

/** A request's body on its way upstream: bounded, and read no faster than it is taken. */
export interface RequestBody {
  /** To be asked for anew for each attempt, while nothing has been read. */
  stream(): Readable;
  readonly isTouched: boolean;
  /** Whether it is the client that is waited for. */
  readonly isAwaited: boolean;
  /** What the client did wrong, once it has. */
  readonly fault: Failure | undefined;
}

/**
 * @param onStart called before the first byte is read: a client may wait to be told to send
 * @param onProgress called for every piece that was taken
 * @param onEnd called when all of it was
 */
export function createRequestBody(
  request: IncomingMessage,
  maxBytes: number,
  onStart: () => void,
  onProgress: () => void,
  onEnd: () => void,
): RequestBody {
  let isTouched = false;
  let isAwaited = false;
  let fault: Failure | undefined;

  async function* read(): AsyncGenerator<Buffer> {
    isTouched = true;
    onStart();
    const startedMs = performance.now();
    let bytes = 0;
    isAwaited = true;
    // Destroyed, the request would take the connection with it, and the answer could not be written.
    for await (const piece of request.iterator({ destroyOnReturn: false })) {
      isAwaited = false;
      const chunk: Buffer = piece;
      bytes += chunk.length;
      fault = faultOf(bytes, performance.now() - startedMs);
      if (fault !== undefined) throw new Error(fault.problem.title);
      yield chunk;
      onProgress();
      isAwaited = true;
    }
    isAwaited = false;
    onEnd();
  }

  function faultOf(bytes: number, elapsedMs: number): Failure | undefined {
    if (bytes > maxBytes) return BODY_TOO_LONG;
    const owedMs = GRACE_MS + (bytes / LEAST_BYTES_PER_SECOND) * 1_000;
    return elapsedMs > owedMs ? BODY_TOO_SLOW : undefined;
  }

  return {
    stream() {
      const stream = Readable.from(read(), { objectMode: false, highWaterMark: 65_536 });
      // The client may break off after the attempt has let go of it: nobody else would listen then.
      return stream.on('error', () => undefined);
    },
    get isTouched() {
      return isTouched;
    },
    get isAwaited() {
      return isAwaited;
    },
    get fault() {
      return fault;
    },
  };
}
