import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';
import { type AttemptTrace, NO_ROUTE, type RequestRecord, type RequestTrace } from '../../gateway';
import {
  answerAttributes,
  attemptAttributes,
  decisionAttributes,
  serverAttributes,
  spanName,
} from './attributes';
import type { Parent } from './parent';
import { newSpanId } from './trace-id';

const FAILED = { code: SpanStatusCode.ERROR };

/** The spans of one request. A class, for one is made for each that is sampled. */
export class SampledTrace implements RequestTrace {
  private readonly span: Span;
  private readonly context: Context;
  /**
   * What makes Unix ms of monotonic ones. The same for all spans of a request, so that their order and
   * lengths are exact; anew for each request, for clocks are set.
   */
  private readonly originMs = Date.now() - performance.now();
  private attempts = 0;

  constructor(
    private readonly tracer: Tracer,
    private readonly record: RequestRecord,
    private readonly parent: Parent | undefined,
  ) {
    const outer =
      parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent.context);
    this.span = tracer.startSpan(
      spanName(record.call.method, record.route),
      { kind: SpanKind.SERVER, startTime: this.originMs + record.startedMs },
      outer,
    );
    this.context = trace.setSpan(ROOT_CONTEXT, this.span);
  }

  get traceId(): string {
    return this.span.spanContext().traceId;
  }

  decided(): void {
    const { startedMs, decidedMs } = this.record;
    this.tracer
      .startSpan(
        'floodgate.decide',
        {
          startTime: this.originMs + startedMs,
          attributes: decisionAttributes(this.record),
        },
        this.context,
      )
      .end(this.originMs + decidedMs);
  }

  attempt(upstream: string, url: string): AttemptTrace {
    const { method } = this.record.call;
    const span = this.tracer.startSpan(
      spanName(method, NO_ROUTE),
      {
        kind: SpanKind.CLIENT,
        startTime: this.originMs + performance.now(),
        attributes: attemptAttributes(method, upstream, url, this.attempts),
      },
      this.context,
    );
    this.attempts += 1;
    return new AttemptSpan(span, this.originMs, this.parent?.tracestate);
  }

  end(isPeerTrusted: boolean): void {
    this.span.setAttributes(serverAttributes(this.record, isPeerTrusted));
    if (this.record.verdict === 'error') this.span.setStatus(FAILED);
    this.span.end(this.originMs + performance.now());
  }
}

class AttemptSpan implements AttemptTrace {
  readonly traceparent: string;

  constructor(
    private readonly span: Span,
    private readonly originMs: number,
    readonly tracestate: string | undefined,
  ) {
    const { traceId, spanId } = span.spanContext();
    this.traceparent = traceparentOf(traceId, spanId, true);
  }

  answered(status: number): void {
    this.span.setAttributes(answerAttributes(status));
    this.end(status >= 400);
  }

  failed(reason: string): void {
    if (!this.span.isRecording()) return;
    this.span.setAttribute(ATTR_ERROR_TYPE, reason);
    this.end(true);
  }

  private end(isFailed: boolean): void {
    if (isFailed) this.span.setStatus(FAILED);
    this.span.end(this.originMs + performance.now());
  }
}

/** Of a request that is passed over: its targets are told so, and no span is made. */
export class UnsampledTrace implements RequestTrace {
  constructor(
    private readonly traceId: string,
    private readonly parent: Parent | undefined,
  ) {}

  attempt(): AttemptTrace {
    const spanId = this.parent?.context.spanId ?? newSpanId();
    return {
      traceparent: traceparentOf(this.traceId, spanId, false),
      tracestate: this.parent?.tracestate,
      answered: () => undefined,
      failed: () => undefined,
    };
  }
}

function traceparentOf(traceId: string, spanId: string, isSampled: boolean): string {
  return `00-${traceId}-${spanId}-0${isSampled ? 1 : 0}`;
}
