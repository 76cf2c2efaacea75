import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../lib/config';
import { endpointOf } from '../../../lib/telemetry/tracing/variables';

const read = (variables: Record<string, string>) => readConfig({ NODE_ENV: 'test', ...variables });

describe('where traces go', () => {
  it.each([
    [{}, undefined],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, 'http://localhost:4318/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, 'http://c:4318/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c/otlp/' }, 'https://c/otlp/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://c/spans' }, 'https://c/spans'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_TRACES_EXPORTER: 'none' }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_SDK_DISABLED: 'true' }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, undefined],
  ])('with %o: %s', (variables, endpoint) => {
    expect(endpointOf(read(variables))).toBe(endpoint);
  });
});

describe('a start', () => {
  it.each([
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', /grpc is not spoken/],
    ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'grpc', /use http\/protobuf or http\/json/],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318', /use a URL like/],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a', /key=value/],
    ['OTEL_RESOURCE_ATTRIBUTES', 'a=b=c', /key=value/],
    ['OTEL_RESOURCE_ATTRIBUTES', 'a=%zz', /key=value/],
    ['OTEL_TRACES_SAMPLER', 'jaeger_remote', /always_on/],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5', /a number from 0 to 1/],
    ['OTEL_TRACES_SAMPLER_ARG', 'half', /a number from 0 to 1/],
    ['OTEL_TRACES_EXPORTER', 'zipkin', /use otlp or none/],
    ['OTEL_SDK_DISABLED', 'yes', /use true or false/],
    ['LOG_REQUESTS_PER_SECOND', '-1', /a whole number/],
  ])('is refused with %s=%s', (name, value, reason) => {
    expect(() => read({ [name]: value })).toThrow(reason);
  });

  it('shows no secret of what it refuses', () => {
    expect(() => read({ OTEL_EXPORTER_OTLP_HEADERS: 'api-key of-ours' })).toThrow(
      /^OTEL_EXPORTER_OTLP_HEADERS=…/,
    );
  });

  it.each(['0', '1', '0.25', '.5', '1.0'])('takes the ratio %s', (ratio) => {
    expect(read({ OTEL_TRACES_SAMPLER_ARG: ratio }).OTEL_TRACES_SAMPLER_ARG).toBe(Number(ratio));
  });
});
