import { createTraceState, type SpanContext, TraceFlags } from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import type { Call } from '../../http';

const LONGEST = 128;

/** The span that a request comes from, by its W3C Trace Context. */
export interface Parent {
  readonly context: SpanContext;
  readonly isSampled: boolean;
  /** As it came: what others wrote there is passed on unread. */
  readonly tracestate: string | undefined;
}

/** @returns undefined where the request names none, or none that is valid */
export function parentOf(call: Call): Parent | undefined {
  const traceparent = call.header('traceparent');
  if (traceparent === undefined || traceparent.length > LONGEST) return undefined;
  const context = parseTraceParent(traceparent);
  if (context === null) return undefined;
  const tracestate = call.header('tracestate');
  return {
    context: {
      ...context,
      isRemote: true,
      ...(tracestate !== undefined && { traceState: createTraceState(tracestate) }),
    },
    isSampled: (context.traceFlags & TraceFlags.SAMPLED) !== 0,
    tracestate,
  };
}
