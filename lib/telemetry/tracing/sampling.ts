import type { TracingVariables } from './variables';

/**
 * Whether a trace is told of. Asked once for each request, before any span is made, so that those that are
 * passed over cost next to nothing; all spans of a trace then go by it.
 * @param traceId an id that no stranger chose: by choosing, anybody could have every request traced, or none
 * @param isParentSampled what the caller decided; undefined where it said nothing, or nothing that counts
 */
export type Sampling = (traceId: string, isParentSampled: boolean | undefined) => boolean;

const PARENT_BASED = 'parentbased_';
const TRACE_ID_DIGITS = 32;
/** Of the 56 random bits of a trace id (W3C Trace Context Level 2 §3.2.2.3) as many as a number holds exactly. */
const RANDOM_DIGITS = 13;
const RANDOM_VALUES = 16 ** RANDOM_DIGITS;

/** By OTEL_TRACES_SAMPLER. */
export function samplingOf(variables: TracingVariables): Sampling {
  const { OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: ratio = 1 } = variables;
  if (!name.startsWith(PARENT_BASED)) return rootSampling(name, ratio);
  const root = rootSampling(name.slice(PARENT_BASED.length), ratio);
  return (traceId, isParentSampled) => isParentSampled ?? root(traceId, undefined);
}

/**
 * A ratio is taken by the random part alone, as OpenTelemetry's consistent probability sampling does, so
 * that services agree on a trace. (The SDK's own sampler reads all of the id, at seven times the cost.)
 */
function rootSampling(name: string, ratio: number): Sampling {
  if (name === 'always_on') return () => true;
  if (name === 'always_off') return () => false;
  const threshold = (1 - ratio) * RANDOM_VALUES;
  return (traceId) =>
    Number.parseInt(traceId.slice(TRACE_ID_DIGITS - RANDOM_DIGITS), 16) >= threshold;
}
