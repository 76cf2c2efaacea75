import { ROOT_CONTEXT } from '@opentelemetry/api';
import { SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';
import type { TracingVariables } from './variables';

/**
 * Whether a trace is told of. Asked once for each request, before any span is made, so that those that are
 * passed over cost nothing; all spans of a trace then go by it.
 * @param isParentSampled what the caller decided; undefined where it said nothing
 */
export type Sampling = (traceId: string, isParentSampled: boolean | undefined) => boolean;

const PARENT_BASED = 'parentbased_';

/** By OTEL_TRACES_SAMPLER, as the SDK's samplers decide. */
export function samplingOf(variables: TracingVariables): Sampling {
  const { OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: ratio = 1 } = variables;
  if (!name.startsWith(PARENT_BASED)) return rootSampling(name, ratio);
  const root = rootSampling(name.slice(PARENT_BASED.length), ratio);
  return (traceId, isParentSampled) => isParentSampled ?? root(traceId, undefined);
}

function rootSampling(name: string, ratio: number): Sampling {
  if (name === 'always_on') return () => true;
  if (name === 'always_off') return () => false;
  const sampler = new TraceIdRatioBasedSampler(ratio);
  return (traceId) =>
    sampler.shouldSample(ROOT_CONTEXT, traceId).decision === SamplingDecision.RECORD_AND_SAMPLED;
}
