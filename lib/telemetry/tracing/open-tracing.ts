import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { AlwaysOnSampler, BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import {
  ATTR_SERVICE_INSTANCE_ID,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_VERSION,
} from '@opentelemetry/semantic-conventions';
import { within } from '../../within';
import type { Logger } from '../log';
import { createDeliveryLog } from './delivery-log';
import { parentOf } from './parent';
import { SampledTrace, UnsampledTrace } from './request-trace';
import { samplingOf } from './sampling';
import { createSpanQueue } from './span-queue';
import { newSpanId, traceIdFor } from './trace-id';
import type { Tracing, TracingOptions } from './tracing';
import { protocolOf } from './variables';

const SCOPE = 'floodgate';
/** Longest wait for the collector at the end, ms. */
const CLOSING_MS = 1_500;

/** Opens tracing. @param endpoint the URL that takes spans */
export function openTracing(endpoint: string, options: TracingOptions): Tracing {
  const { variables, replica, version, isTrustedProxy, logger } = options;
  // What the SDK finds wrong with variables that it reads itself.
  diag.setLogger(warningsTo(logger), { logLevel: DiagLogLevel.WARN });
  const Exporter = protocolOf(variables) === 'http/json' ? JsonExporter : ProtobufExporter;
  const log = createDeliveryLog(logger, endpoint);
  const ids = createIds();
  const provider = new BasicTracerProvider({
    resource: resourceOf(replica, version),
    // Only what is sampled comes to make spans.
    sampler: new AlwaysOnSampler(),
    idGenerator: ids,
    spanProcessors: [createSpanQueue(new Exporter({ url: endpoint }), log)],
  });
  // From here on it would tell of every failure; we tell of changes.
  diag.disable();
  const tracer = provider.getTracer(SCOPE, version);
  const isSampled = samplingOf(variables);

  return {
    onStart(record) {
      const parent = parentOf(record.call);
      const isParentHeeded = parent !== undefined && isTrustedProxy(record.call.peerAddress);
      const sampledBy = isParentHeeded ? parent.context.traceId : traceIdFor(record);
      const traceId = parent?.context.traceId ?? sampledBy;
      if (isSampled(sampledBy, isParentHeeded ? parent.isSampled : undefined)) {
        ids.traceId = traceId;
        record.trace = new SampledTrace(tracer, record, parent);
      } else if (parent?.isSampled !== false) {
        record.trace = new UnsampledTrace(traceId, parent);
      }
    },
    onDecided({ trace }) {
      if (trace instanceof SampledTrace) trace.decided();
    },
    onEnd({ trace, call }) {
      if (trace instanceof SampledTrace) trace.end(isTrustedProxy(call.peerAddress));
    },
    traceIdOf: ({ trace }) => (trace instanceof SampledTrace ? trace.traceId : undefined),
    async close() {
      await within(provider.shutdown(), CLOSING_MS).catch(() => undefined);
      log.close();
    },
  };
}

/** Traces get the id that they were sampled by: a span is started at once after it was set. */
function createIds() {
  const ids = { traceId: '', generateTraceId: () => ids.traceId, generateSpanId: newSpanId };
  return ids;
}

/** OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME go before what we say ourselves. */
function resourceOf(replica: string, version: string): Resource {
  return defaultResource()
    .merge(
      resourceFromAttributes({
        [ATTR_SERVICE_NAME]: SCOPE,
        [ATTR_SERVICE_VERSION]: version,
        [ATTR_SERVICE_INSTANCE_ID]: replica,
      }),
    )
    .merge(detectResources({ detectors: [envDetector] }));
}

function warningsTo(logger: Logger): DiagLogger {
  const warn = (message: string) =>
    logger.warn({ reason: message }, 'tracing: a variable is wrong');
  const ignore = () => undefined;
  return { error: warn, warn, info: ignore, debug: ignore, verbose: ignore };
}
