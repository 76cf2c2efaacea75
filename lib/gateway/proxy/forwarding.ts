import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Dispatcher, errors } from 'undici';
import type { Attempt, LiveUpstream, Target, Wish } from '../../upstream';
import type { Forward, HeadVerdict } from '../cache';
import type { Handover } from '../handover';
import type { NodeCall, Upgrade } from '../node-call';
import type { AttemptTrace } from '../observer';
import type { RequestRecord } from '../request-record';
import {
  BODY_TOO_SLOW,
  type Failure,
  failureOf,
  NEVER_SENT,
  NO_VALID_ANSWER,
  TOO_SLOW,
  unavailable,
} from './failure';
import { OutgoingAnswer } from './outgoing-answer';
import { listenWhilePending, noticeEnd, type PendingClient } from './pending-client';
import { createRequestBody, type RequestBody } from './request-body';
import { isPlainlyFramed, responseHeaders } from './response-headers';
import { putTrace } from './trace-context';
import { joinConnections, switchingHead } from './tunnel';

export interface ForwardingOptions {
  readonly call: NodeCall;
  readonly requestId: string;
  readonly record: RequestRecord;
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
  private answer: OutgoingAnswer | undefined;
  private attempt: Attempt | undefined;
  private trace: AttemptTrace | undefined;
  /** There once the attempt may have been sent. */
  private controller: Dispatcher.DispatchController | undefined;
  private body: RequestBody | undefined;
  /** There where the connection is to change protocols. */
  private pendingClient: PendingClient | undefined;
  private verdict: HeadVerdict | undefined;
  private firstByteTimer: NodeJS.Timeout | undefined;
  private totalTimer: NodeJS.Timeout | undefined;
  private hasHead = false;
  /** Whether its status says that no body comes, whatever its length says. */
  private isBodiless = false;
  /** Whether nothing more is wanted of the upstream. */
  private isOver = false;
  private hasEnded = false;

  constructor(private readonly options: ForwardingOptions) {
    this.hashKey = options.hashKey;
    this.isUpgrade = options.upgrade !== undefined;
  }

  run(response: ServerResponse): void {
    const { call, requestId, upstream, upgrade, maxBodyBytes } = this.options;
    const { timeouts } = upstream.definition;
    this.response = response;
    this.answer = new OutgoingAnswer(response, call, requestId, this);
    // Gone while the limits were asked.
    if (response.destroyed) {
      this.onClose();
      return;
    }
    response.once('close', () => this.onClose());
    if (upgrade !== undefined) this.pendingClient = listenWhilePending(upgrade);
    else if (call.upgrade !== undefined) noticeEnd(call.upgrade.socket);
    if (call.hasBody) {
      this.body = createRequestBody(
        call.request,
        maxBodyBytes,
        () => call.sendContinue(),
        () => this.firstByteTimer?.refresh(),
        () => this.attempt?.sent(),
      );
    }
    upstream.countRequest();
    this.firstByteTimer = setTimeout(onLate, timeouts.first_byte_ms, this);
    if (timeouts.total_ms !== undefined) {
      this.totalTimer = setTimeout(onOverdue, timeouts.total_ms, this);
    }
    this.tryNext();
  }

  private tryNext(): void {
    const { call, upstream, target: path, headers, isTargetHost, record } = this.options;
    const attempt = upstream.acquire(this);
    if ('reason' in attempt) {
      this.refuse(unavailable(attempt));
      return;
    }
    this.attempt = attempt;
    this.controller = undefined;
    const { target } = attempt;
    if (isTargetHost) headers[1] = target.host;
    record.target = target.origin;
    record.attempts += 1;
    this.trace = record.trace?.attempt(upstream.definition.name, target.origin + path);
    if (this.trace !== undefined) putTrace(headers, this.trace);
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

  /** @throws when nobody waits any more: undici then drops the request and keeps the connection */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.isOver) throw new Error('nobody waits for this any more');
    this.controller = controller;
    if (this.body === undefined) this.attempt?.sent();
  }

  onRequestUpgrade(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
    socket: Duplex,
  ): void {
    const { response, attempt, pendingClient } = this;
    const { upgrade } = this.options;
    if (this.isOver || !response || !upgrade || !pendingClient) {
      socket.destroy();
      return;
    }
    const protocol = String(headers.upgrade);
    // Nobody may change to a protocol that was not asked for (RFC 9110 §7.8).
    if (protocol.toLowerCase() !== upgrade.protocol) {
      socket.destroy();
      this.fail(NO_VALID_ANSWER);
      return;
    }
    const sent = responseHeaders(headers, this.headers, this.isLimited);
    this.beginAnswer(status);
    this.isOver = true;
    this.clearTimers();
    this.onStatus?.(status);
    sent.push('Connection', 'Upgrade', 'Upgrade', protocol);
    response.detachSocket(upgrade.socket);
    upgrade.socket.write(switchingHead(status, sent), 'latin1');
    socket.write(pendingClient.take());
    joinConnections(upgrade.socket, socket, () => {
      attempt?.release();
      this.end();
    });
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    const { answer } = this;
    if (this.isOver || answer === undefined) return;
    if (status < 200 && status !== 101) {
      if (status === 103) answer.hint(headers);
      return;
    }
    // A change of protocols that does not say to which comes here, too.
    if (status === 101 || !isPlainlyFramed(headers)) {
      this.fail(NO_VALID_ANSWER);
      return;
    }
    this.pendingClient?.ignore();
    this.beginAnswer(status);
    const verdict = this.options.lookup?.onHead(status, headers);
    this.verdict = verdict;
    if (verdict?.kind !== 'revalidated') {
      if (verdict !== undefined) this.headers.push('Cache-Status', verdict.cacheStatus);
      answer.begin(status, headers);
    } else if (!this.isBodiless) {
      // The upstream fails, and what is kept stands in: its words are nobody's concern.
      this.isOver = true;
      answer.sendKept(verdict.answer, this.idleMs);
      this.letGo('a kept answer stands in');
    }
  }

  private beginAnswer(status: number): void {
    this.hasHead = true;
    this.isBodiless = status === 304 || status === 204;
    this.attempt?.answered(status);
    this.trace?.answered(status);
    this.options.onAnswered?.(status);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { verdict } = this;
    if (this.isOver || verdict?.kind === 'revalidated') return;
    if (verdict?.kind === 'store') verdict.body.add(chunk);
    this.answer?.write(chunk, controller);
  }

  onResponseEnd(_controller: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {
    const { answer, verdict } = this;
    if (this.isOver) return;
    this.isOver = true;
    this.attempt?.release();
    if (verdict?.kind === 'revalidated') {
      answer?.sendKept(verdict.answer, this.idleMs);
      return;
    }
    if (verdict?.kind === 'store') verdict.body.complete();
    answer?.end(trailers);
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    if (this.isOver) {
      this.dropped(error);
      return;
    }
    if (this.isBodiless && isLengthMismatch(error)) {
      this.onResponseEnd(controller, {});
      return;
    }
    const { attempt } = this;
    if (attempt === undefined) return;
    const fault = this.body?.fault;
    const failure = fault ?? failureOf(error);
    if (fault === undefined) this.options.onFailure(attempt.target, error);
    const goesOn = fault === undefined && !this.hasHead && this.mayTryAgain(failure);
    this.trace?.failed(failure.proxyError);
    if (goesOn) attempt.failed(failure.attempt ?? 'broken');
    else this.fail(failure);
    attempt.release();
    if (!goesOn) return;
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

  /** The first byte did not come in time; or it did, and now the client is to take the rest. */
  late(): void {
    if (this.hasHead || this.isOver) this.answer?.watch(this.idleMs);
    else if (this.body?.isAwaited === true) this.fail(BODY_TOO_SLOW);
    // That it was never sent says nothing about the target: it may have waited for a place.
    else this.fail(this.controller === undefined ? NEVER_SENT : TOO_SLOW);
  }

  /** The whole took too long. Once the answer began that may be either side's doing. */
  overdue(): void {
    if (this.hasHead || this.isOver) this.answer?.breakOff();
    else this.late();
  }

  private get idleMs(): number {
    return this.options.upstream.definition.timeouts.idle_ms;
  }

  /** Ends the attempt, and the answer with it where it has not begun; else the connection tells. */
  private fail(failure: Failure): void {
    if (failure.attempt !== undefined) this.attempt?.failed(failure.attempt);
    this.trace?.failed(failure.proxyError);
    this.refuse(failure);
    this.letGo(failure.problem.title);
  }

  /** Gives the attempt's place back: at once, or when undici has let go of what it has not sent. */
  private letGo(reason: string): void {
    if (this.controller === undefined) return;
    this.attempt?.release();
    this.controller.abort(new Error(reason));
  }

  /** An attempt that nobody waited for any more has come to its end. */
  private dropped(error: Error): void {
    const { attempt } = failureOf(error);
    if (attempt === 'connect') this.attempt?.failed(attempt);
    this.attempt?.release();
  }

  private refuse(failure: Failure): void {
    this.isOver = true;
    this.pendingClient?.ignore();
    if (this.verdict?.kind === 'store') this.verdict.body.drop();
    const isReplaceable = this.response?.headersSent !== true && failure.isClients !== true;
    const stale = isReplaceable ? this.options.lookup?.stale() : undefined;
    if (stale === undefined) this.answer?.refuse(failure, this.idleMs);
    else this.answer?.sendKept(stale, this.idleMs);
  }

  /** The answer is out, or the client is gone. */
  private onClose(): void {
    if (!this.isOver) {
      this.isOver = true;
      if (this.verdict?.kind === 'store') this.verdict.body.drop();
      this.trace?.failed('client_closed');
      this.letGo('the client has gone');
    }
    this.end();
  }

  private end(): void {
    this.clearTimers();
    this.answer?.close();
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.onEnd?.();
  }

  private clearTimers(): void {
    clearTimeout(this.firstByteTimer);
    clearTimeout(this.totalTimer);
  }
}

/** A 304 may tell the length that a 200 would have (RFC 9110 §8.6); undici waits for that much. */
function isLengthMismatch(error: Error): boolean {
  return error instanceof errors.ResponseContentLengthMismatchError;
}

function onLate(forwarding: Forwarding): void {
  forwarding.late();
}

function onOverdue(forwarding: Forwarding): void {
  forwarding.overdue();
}
