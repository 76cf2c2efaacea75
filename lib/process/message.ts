import { z } from 'zod';

/** What a worker tells its supervisor. */
const workerMessageSchema = z.object({
  kind: z.literal('ready'),
  /** What people are told of a start. */
  greeting: z.string(),
});

/**
 * What the supervisor tells a worker. `stop` as told by a signal; `retire`: another one took its place
 * already, and takes its new connections too.
 */
const supervisorMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('stop'), signal: z.enum(['SIGTERM', 'SIGINT']) }),
  z.object({ kind: z.literal('retire') }),
]);

export type WorkerMessage = z.infer<typeof workerMessageSchema>;
export type SupervisorMessage = z.infer<typeof supervisorMessageSchema>;

/** @returns undefined for messages of others */
export function readWorkerMessage(message: unknown): WorkerMessage | undefined {
  return workerMessageSchema.safeParse(message).data;
}

/** @returns undefined for messages of others */
export function readSupervisorMessage(message: unknown): SupervisorMessage | undefined {
  return supervisorMessageSchema.safeParse(message).data;
}
