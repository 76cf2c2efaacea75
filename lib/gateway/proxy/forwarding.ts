import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Dispatcher, errors } from 'undici';
import { problem, type Reply } from '../../http';
import type { Attempt, LiveUpstream, Target, Wish } from '../../upstream';
import type { CachedAnswer, Forward, HeadVerdict } from '../cache';
import type { Handover } from '../handover';
import type { NodeCall, Upgrade } from '../node-call';
import { writeReply } from '../node-reply';
import { sendCached } from './cached';
import {
  BODY_TOO_SLOW,
  type Failure,
  failureOf,
  NO_VALID_ANSWER,
  TOO_SLOW,
  unavailable,
} from './failure';
import { createRequestBody, type RequestBody } from './request-body';
import { isPlainlyFramed, responseHeaders, responseTrailers } from './response-headers';
import { joinConnections, switchingHead } from './tunnel';

export interface ForwardingOptions {
  readonly call: NodeCall;
  readonly requestId: string;
  readonly upstream: LiveUpstream;
  /** Where the connection is to change protocols. */
  readonly upgrade: Upgrade | undefined;
  /** Path and query as the upstream gets them. */
  readonly target: string;
  /** Begins with Host. */
  readonly headers: string[];
  /** Whether Host is to be the target's. */
  readonly isTargetHost: boolean;
  readonly hashKey: string;
  readonly maxBodyBytes: number;
  /** What the cache said; undefined when it has no say. */
  readonly lookup: Forward | undefined;
  /** Called with the status of a whole answer's head. */
  readonly onAnswered: ((status: number) => void) | undefined;
  /** Told of every attempt that failed. */
  readonly onFailure: (target: Target, error: Error) => void;
}

/** Methods that may be sent twice (RFC 9110 §9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'OPTIONS',
  'PUT',
  'DELETE',
  'TRACE',
]);
const NOT_TRIED: readonly Target[] = [];

/**
 * One exchange with an upstream, from the request to the end of its answer: at one target after the
 * other until one answers, and streamed both ways from then on. A class whose methods are what undici
 * calls, so that a request costs one object and few closures.
 */
export class Forwarding implements Handover, Wish, Dispatcher.DispatchHandler {
  readonly headers: string[] = [];
  onStatus: ((status: number) => void) | undefined;
  onEnd: (() => void) | undefined;
  isLimited = false;
  readonly hashKey: string;
  readonly isUpgrade: boolean;
  tried = NOT_TRIED;

  private response: ServerResponse | undefined;
  private attempt: Attempt | undefined;
  /** There once the attempt may have been sent. */
  private controller: Dispatcher.DispatchController | undefined;
  private body: RequestBody | undefined;
  private verdict: HeadVerdict | undefined;
  /** Of the answer's body, bytes; NaN when nobody has said. */
  private contentLength = Number.NaN;
  /** A short body that is written together with its end. */
  private whole: Buffer | undefined;
  private firstByteTimer: NodeJS.Timeout | undefined;
  private totalTimer: NodeJS.Timeout | undefined;
  private stallTimer: NodeJS.Timeout | undefined;
  private hasHead = false;
  private isNotModified = false;
  private isOver = false;
  private hasEnded = false;
  private listensForDrain = false;

  constructor(private readonly options: ForwardingOptions) {
    this.hashKey = options.hashKey;
    this.isUpgrade = options.upgrade !== undefined;
  }

  run(response: ServerResponse): void {
    const { call, upstream, maxBodyBytes } = this.options;
    const { timeouts } = upstream.definition;
    this.response = response;
    // Gone while the limits were asked.
    if (response.destroyed) {
      this.onClose();
      return;
    }
    response.once('close', () => this.onClose());
    if (call.hasBody) {
      this.body = createRequestBody(
        call.request,
        maxBodyBytes,
        () => call.sendContinue(),
        () => this.firstByteTimer?.refresh(),
      );
    }
    upstream.countRequest();
    this.firstByteTimer = setTimeout(onLate, timeouts.first_byte_ms, this);
    if (timeouts.total_ms !== undefined) {
      this.totalTimer = setTimeout(onLate, timeouts.total_ms, this);
    }
    this.tryNext();
  }

  private tryNext(): void {
    const { call, upstream, target: path, headers, isTargetHost } = this.options;
    const attempt = upstream.acquire(this);
    if ('reason' in attempt) {
      this.refuse(unavailable(attempt));
      return;
    }
    this.attempt = attempt;
    this.controller = undefined;
    const { target } = attempt;
    if (isTargetHost) headers[1] = target.host;
    target.dispatcher.dispatch(
      {
        path,
        method: call.method,
        headers,
        body: this.body?.stream() ?? null,
        upgrade: this.options.upgrade?.protocol ?? null,
        // Our own timer goes on while a request waits for a connection.
        headersTimeout: 0,
        bodyTimeout: upstream.definition.timeouts.idle_ms,
      },
      this,
    );
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.isOver) controller.abort(new Error('nobody waits for this any more'));
  }

  onRequestUpgrade(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
    socket: Duplex,
  ): void {
    const { response, attempt } = this;
    const { upgrade } = this.options;
    if (this.isOver || response === undefined || upgrade === undefined) {
      socket.destroy();
      return;
    }
    this.beginAnswer(status);
    this.isOver = true;
    this.clearTimers();
    this.onStatus?.(status);
    const sent = responseHeaders(headers, this.headers, this.isLimited);
    sent.push('Connection', 'Upgrade', 'Upgrade', headers.upgrade ?? upgrade.protocol);
    response.detachSocket(upgrade.socket);
    upgrade.socket.write(switchingHead(status, sent), 'latin1');
    socket.write(upgrade.head);
    joinConnections(upgrade.socket, socket, () => {
      attempt?.release();
      this.end();
    });
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    const { response } = this;
    if (this.isOver || response === undefined) return;
    if (status < 200) {
      if (status === 103 && headers.link !== undefined) {
        response.writeEarlyHints({ link: headers.link });
      }
      return;
    }
    if (!isPlainlyFramed(headers)) {
      this.fail(NO_VALID_ANSWER, controller);
      return;
    }
    this.beginAnswer(status);
    this.verdict = this.options.lookup?.onHead(status, headers);
    // Sent when the upstream has ended its 304.
    if (this.verdict?.kind === 'revalidated') return;
    this.writeHead(response, status, headers);
  }

  private beginAnswer(status: number): void {
    clearTimeout(this.firstByteTimer);
    this.hasHead = true;
    this.isNotModified = status === 304;
    this.attempt?.answered(status);
    this.options.onAnswered?.(status);
  }

  private writeHead(response: ServerResponse, status: number, headers: IncomingHttpHeaders): void {
    if (this.verdict !== undefined && this.verdict.kind !== 'revalidated') {
      this.headers.push('Cache-Status', this.verdict.cacheStatus);
    }
    const sent = responseHeaders(headers, this.headers, this.isLimited);
    if (hasUnreadBody(this.options.call)) sent.push('Connection', 'close');
    this.contentLength = Number(headers['content-length']);
    const isStreamed = Number.isNaN(this.contentLength);
    if (isStreamed && headers.trailer !== undefined && takesTrailers(this.options.call, status)) {
      sent.push('Trailer', headers.trailer);
    }
    response.writeHead(status, sent);
    this.onStatus?.(status);
    // An event stream may have nothing to say for long after its head.
    if (isStreamed) process.nextTick(flushHead, response);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { response, verdict } = this;
    if (this.isOver || response === undefined) return;
    if (verdict?.kind === 'revalidated') return;
    if (verdict?.kind === 'store') verdict.body.add(chunk);
    if (this.whole === undefined && this.contentLength === chunk.length) {
      this.whole = chunk;
      return;
    }
    if (response.write(chunk)) return;
    controller.pause();
    this.awaitReader();
    if (this.listensForDrain) return;
    this.listensForDrain = true;
    response.on('drain', () => {
      clearTimeout(this.stallTimer);
      this.controller?.resume();
    });
  }

  onResponseEnd(_controller: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {
    const { response, verdict } = this;
    if (this.isOver || response === undefined) return;
    this.isOver = true;
    clearTimeout(this.totalTimer);
    this.attempt?.release();
    if (verdict?.kind === 'revalidated') {
      this.sendStored(verdict.answer);
      return;
    }
    if (verdict?.kind === 'store') verdict.body.complete();
    const sent = responseTrailers(trailers);
    if (sent !== undefined) response.addTrailers(sent);
    response.end(this.whole);
    if (this.whole === undefined) this.awaitReader();
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    if (this.isOver) return;
    if (this.isNotModified && isLengthMismatch(error)) {
      this.onResponseEnd(controller, {});
      return;
    }
    const fault = this.body?.fault;
    if (fault !== undefined) {
      this.fail(fault, controller);
      return;
    }
    const { attempt } = this;
    if (attempt === undefined) return;
    this.options.onFailure(attempt.target, error);
    const failure = failureOf(error);
    if (this.hasHead || !this.mayTryAgain(failure)) {
      this.fail(failure, controller);
      return;
    }
    attempt.failed(failure.attempt ?? 'broken');
    attempt.release();
    this.tried = [...this.tried, attempt.target];
    this.tryNext();
  }

  /** Never once an answer began, nor what was sent and may have had an effect. */
  private mayTryAgain({ attempt }: Failure): boolean {
    const { call, upstream } = this.options;
    if (attempt === 'timeout' || this.tried.length >= upstream.definition.retries.most)
      return false;
    if (this.body?.isTouched) return false;
    const wasSent = this.controller !== undefined;
    if (wasSent && !IDEMPOTENT.has(call.method)) return false;
    return upstream.allowRetry();
  }

  /** The first byte, or the end, did not come in time. */
  late(): void {
    if (this.isOver) return;
    const isClients = !this.hasHead && this.body?.isAwaited === true;
    this.fail(isClients ? BODY_TOO_SLOW : TOO_SLOW, this.controller);
  }

  /** Gives a client that takes nothing of its answer no longer than an upstream that gives nothing. */
  private awaitReader(): void {
    const { idle_ms: idleMs } = this.options.upstream.definition.timeouts;
    clearTimeout(this.stallTimer);
    this.stallTimer = setTimeout(onStalled, idleMs, this);
  }

  /** The client takes nothing of its answer. */
  stalled(): void {
    this.response?.destroy();
  }

  /** Ends the attempt, and the answer with it where it has not begun; else the connection tells. */
  private fail(failure: Failure, controller: Dispatcher.DispatchController | undefined): void {
    const { attempt } = this;
    if (failure.attempt !== undefined) attempt?.failed(failure.attempt);
    this.refuse(failure);
    attempt?.release();
    controller?.abort(new Error(failure.problem.title));
  }

  private refuse(failure: Failure): void {
    const { response, options } = this;
    this.isOver = true;
    this.clearTimers();
    if (this.verdict?.kind === 'store') this.verdict.body.drop();
    if (response === undefined) return;
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const isClients = failure.attempt === undefined && failure.retryAfterSeconds === undefined;
    const stale = isClients ? undefined : options.lookup?.stale();
    if (stale !== undefined) {
      this.sendStored(stale);
      return;
    }
    writeReply(response, this.replyTo(failure));
  }

  private replyTo({ problem: fault, proxyError, retryAfterSeconds }: Failure): Reply {
    const { call, requestId } = this.options;
    const reply = problem(fault, call.path, requestId, 'Cache-Control', 'no-store');
    reply.headers.push('Proxy-Status', `floodgate; error=${proxyError}`, ...this.headers);
    if (retryAfterSeconds !== undefined) {
      reply.headers.push('Retry-After', String(retryAfterSeconds));
    }
    if (hasUnreadBody(call)) reply.headers.push('Connection', 'close');
    this.onStatus?.(reply.status);
    return call.method === 'HEAD' ? { ...reply, body: undefined } : reply;
  }

  private sendStored(answer: CachedAnswer): void {
    this.onStatus?.(answer.status);
    if (this.response !== undefined) sendCached(this.response, answer, this.headers);
  }

  /** The answer is out, or the client is gone. */
  private onClose(): void {
    if (!this.isOver) {
      this.isOver = true;
      if (this.verdict?.kind === 'store') this.verdict.body.drop();
      this.attempt?.release();
      this.controller?.abort(new Error('the client has gone'));
    }
    this.end();
  }

  private end(): void {
    this.clearTimers();
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.onEnd?.();
  }

  private clearTimers(): void {
    clearTimeout(this.firstByteTimer);
    clearTimeout(this.totalTimer);
    clearTimeout(this.stallTimer);
  }
}

/** A 304 may tell the length that a 200 would have (RFC 9110 §8.6); undici waits for so much. */
function isLengthMismatch(error: Error): boolean {
  return error instanceof errors.ResponseContentLengthMismatchError;
}

function onLate(forwarding: Forwarding): void {
  forwarding.late();
}

function onStalled(forwarding: Forwarding): void {
  forwarding.stalled();
}

function flushHead(response: ServerResponse): void {
  if (!response.writableEnded && !response.destroyed) response.flushHeaders();
}

/** What is left of a body would have to be received before the connection is of use again. */
function hasUnreadBody({ hasBody, request }: NodeCall): boolean {
  return hasBody && !request.complete;
}

function takesTrailers({ method, request }: NodeCall, status: number): boolean {
  return method !== 'HEAD' && status !== 204 && status !== 304 && request.httpVersionMinor > 0;
}
