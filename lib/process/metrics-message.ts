import { z } from 'zod';
import { familySchema } from '../telemetry/metrics';

const familiesSchema = z.array(familySchema).readonly();
const countSchema = z.int().min(0);

/** What a worker tells its supervisor. */
const ofWorkerSchema = z.discriminatedUnion('kind', [
  /** Wants to know what all workers have counted. */
  z.object({ kind: z.literal('ask-metrics') }),
  /** What it has itself. */
  z.object({ kind: z.literal('metrics'), families: familiesSchema }),
]);

/** What the supervisor tells a worker. */
const ofSupervisorSchema = z.discriminatedUnion('kind', [
  /** Wants to know what it has counted. */
  z.object({ kind: z.literal('tell-metrics') }),
  /** What all of them have. */
  z.object({
    kind: z.literal('all-metrics'),
    report: z.object({
      replica: z.string(),
      families: familiesSchema,
      sinceMs: z.number(),
      workers: z.object({ answering: countSchema, silent: countSchema, missing: countSchema }),
    }),
  }),
]);

export type WorkerMetricsMessage = z.infer<typeof ofWorkerSchema>;
export type SupervisorMetricsMessage = z.infer<typeof ofSupervisorSchema>;

/** @returns undefined for messages of others */
export function readWorkerMetrics(message: unknown): WorkerMetricsMessage | undefined {
  return ofWorkerSchema.safeParse(message).data;
}

/** @returns undefined for messages of others */
export function readSupervisorMetrics(message: unknown): SupervisorMetricsMessage | undefined {
  return ofSupervisorSchema.safeParse(message).data;
}
