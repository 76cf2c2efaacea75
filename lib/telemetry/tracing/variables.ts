/** What is read of the OTEL_* variables here; the SDK reads others of them itself. */
export interface TracingVariables {
  readonly OTEL_SDK_DISABLED: 'true' | 'false';
  readonly OTEL_TRACES_EXPORTER?: 'otlp' | 'none' | undefined;
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_PROTOCOL: Protocol;
  readonly OTEL_EXPORTER_OTLP_TRACES_PROTOCOL?: Protocol | undefined;
  readonly OTEL_TRACES_SAMPLER: SamplerName;
  /** Of a ratio: 0 to 1; 1 unless set. */
  readonly OTEL_TRACES_SAMPLER_ARG?: number | undefined;
}

export type Protocol = 'http/protobuf' | 'http/json';

type RootSampler = 'always_on' | 'always_off' | 'traceidratio';
export type SamplerName = RootSampler | `parentbased_${RootSampler}`;

const DEFAULT_ENDPOINT = 'http://localhost:4318';

/** Where spans go; undefined: nobody wants any. */
export function endpointOf(variables: TracingVariables): string | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own } = variables;
  const { OTEL_SDK_DISABLED: isDisabled, OTEL_TRACES_EXPORTER: exporter } = variables;
  if (isDisabled === 'true' || exporter === 'none') return undefined;
  if (own !== undefined) return own;
  if (base === undefined && exporter === undefined) return undefined;
  return `${(base ?? DEFAULT_ENDPOINT).replace(/\/$/, '')}/v1/traces`;
}

export function protocolOf(variables: TracingVariables): Protocol {
  return variables.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? variables.OTEL_EXPORTER_OTLP_PROTOCOL;
}
