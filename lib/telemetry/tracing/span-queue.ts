import { type ExportResult, ExportResultCode, getNumberFromEnv } from '@opentelemetry/core';
import {
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { DeliveryLog } from './delivery-log';

const DEFAULT_MOST_QUEUED = 2_048;

/**
 * Ended spans on their way: they wait in the SDK's batches, as many as OTEL_BSP_MAX_QUEUE_SIZE says, and those
 * that find no place, or do not arrive, are counted.
 */
export function createSpanQueue(exporter: SpanExporter, log: DeliveryLog): SpanProcessor {
  const asked = getNumberFromEnv('OTEL_BSP_MAX_QUEUE_SIZE') ?? DEFAULT_MOST_QUEUED;
  const mostQueued = asked >= 1 ? asked : DEFAULT_MOST_QUEUED;
  let queued = 0;

  const batches = new BatchSpanProcessor(
    {
      export(spans: ReadableSpan[], done: (result: ExportResult) => void) {
        queued -= spans.length;
        exporter.export(spans, (result) => {
          if (result.code === ExportResultCode.SUCCESS) log.delivered();
          else log.failed(spans.length, result.error);
          done(result);
        });
      },
      shutdown: () => exporter.shutdown(),
    },
    { maxQueueSize: mostQueued },
  );

  return {
    onStart: () => undefined,
    onEnd(span) {
      if (queued >= mostQueued) {
        log.dropped();
        return;
      }
      queued += 1;
      batches.onEnd(span);
    },
    forceFlush: () => batches.forceFlush(),
    shutdown: () => batches.shutdown(),
  };
}
