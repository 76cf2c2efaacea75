import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { problem } from '../../http';
import type { CachedAnswer } from '../cache';
import type { Handover } from '../handover';
import type { NodeCall } from '../node-call';
import { writeReply } from '../node-reply';
import { sendCached } from './cached';
import type { Failure } from './failure';
import { watchReader } from './reader-watch';
import { reset } from './reset';
import { responseHeaders, responseTrailers } from './response-headers';

/** What the gateway adds to whatever answer comes. */
type Ours = Pick<Handover, 'headers' | 'isLimited' | 'onStatus'>;

/**
 * The answer of a forwarded exchange on its way to the client: an upstream's, piece by piece and no
 * faster than it is taken, or one in its place.
 */
export class OutgoingAnswer {
  /** Of the body, bytes; NaN when nobody has said. */
  private contentLength = Number.NaN;
  /** A body that came in one piece is written together with the head and the end. */
  private whole: Buffer | undefined;
  private controller: Dispatcher.DispatchController | undefined;
  /** Whether nothing but the connection's end tells where the body ends. */
  private isEndedByClose = false;
  private hasHinted = false;
  private endWatch: (() => void) | undefined;

  constructor(
    private readonly response: ServerResponse,
    private readonly call: NodeCall,
    private readonly requestId: string,
    private readonly ours: Ours,
  ) {}

  /** Early Hints (RFC 8297), once: who sends them without end must not fill memory. */
  hint({ link }: IncomingHttpHeaders): void {
    if (this.hasHinted || link === undefined) return;
    this.hasHinted = true;
    if (this.call.request.httpVersionMinor === 0) return;
    const links = (Array.isArray(link) ? link : [link]).flatMap((one) => one.split(/,\s*(?=<)/));
    try {
      this.response.writeEarlyHints({ link: links });
    } catch {
      // What Node does not take for a link is a hint that is lost, and no fault of the answer.
    }
  }

  begin(status: number, headers: IncomingHttpHeaders): void {
    const { response, call, ours } = this;
    if (status === 204) delete headers['content-length'];
    const sent = responseHeaders(headers, ours.headers, ours.isLimited);
    if (call.hasUnreadBody) sent.push('Connection', 'close');
    this.contentLength = Number(headers['content-length']);
    const isStreamed = Number.isNaN(this.contentLength);
    if (isStreamed && headers.trailer !== undefined && takesTrailers(call, status)) {
      sent.push('Trailer', headers.trailer);
    }
    response.writeHead(status, sent);
    this.isEndedByClose = isStreamed && !response.chunkedEncoding && bringsBody(call, status);
    ours.onStatus?.(status);
    // An event stream may have nothing to say for long after its head.
    if (isStreamed) process.nextTick(flushHead, response);
  }

  write(chunk: Buffer, controller: Dispatcher.DispatchController): void {
    const { response } = this;
    if (this.whole === undefined && this.contentLength === chunk.length) {
      this.whole = chunk;
      return;
    }
    if (response.write(chunk)) return;
    controller.pause();
    if (this.controller === undefined) response.on('drain', () => this.controller?.resume());
    this.controller = controller;
  }

  end(trailers: IncomingHttpHeaders): void {
    const sent = responseTrailers(trailers);
    if (sent !== undefined) this.response.addTrailers(sent);
    this.response.end(this.whole);
  }

  /** An answer that is kept, in place of the upstream's. */
  sendKept(answer: CachedAnswer, idleMs: number): void {
    this.ours.onStatus?.(answer.status);
    sendCached(this.response, answer, this.ours.headers);
    this.watch(idleMs);
  }

  /** A problem where no answer began; else the connection ends, so that its client knows. */
  refuse({ problem: fault, proxyError, retryAfterSeconds }: Failure, idleMs: number): void {
    if (this.response.headersSent) {
      this.breakOff();
      return;
    }
    const { call, requestId, ours } = this;
    const reply = problem(fault, call.path, requestId, 'Cache-Control', 'no-store');
    reply.headers.push('Proxy-Status', `floodgate; error=${proxyError}`, ...ours.headers);
    if (retryAfterSeconds !== undefined) {
      reply.headers.push('Retry-After', String(retryAfterSeconds));
    }
    if (call.hasUnreadBody) reply.headers.push('Connection', 'close');
    ours.onStatus?.(reply.status);
    writeReply(this.response, call.method === 'HEAD' ? { ...reply, body: undefined } : reply);
    this.watch(idleMs);
  }

  /**
   * Ends the connection, so that the client knows that the answer is not whole. Where an end is what the
   * client waits for, only a reset tells. A reset may cost what is still on its way, which a length or
   * chunks that are missing don't, so it is no way for all.
   */
  breakOff(): void {
    const { socket } = this.response;
    if (this.isEndedByClose && socket !== null) reset(socket);
    else this.response.destroy();
  }

  /** From now on a client that takes nothing for so long is cut off. */
  watch(idleMs: number): void {
    this.endWatch ??= watchReader(this.response, idleMs);
  }

  /** To be called when the answer is out or the client gone. */
  close(): void {
    this.endWatch?.();
  }
}

function flushHead(response: ServerResponse): void {
  if (!response.writableEnded && !response.destroyed) response.flushHeaders();
}

function takesTrailers(call: NodeCall, status: number): boolean {
  return call.request.httpVersionMinor > 0 && bringsBody(call, status);
}

function bringsBody({ method }: NodeCall, status: number): boolean {
  return method !== 'HEAD' && status !== 204 && status !== 304;
}
