import { z } from 'zod';
import type { HostAndPort } from './redis-url';

export const SLOTS = 16_384;

export interface SlotRange {
  readonly first: number;
  readonly last: number;
  readonly master: HostAndPort;
}

const slot = z
  .int()
  .min(0)
  .max(SLOTS - 1);
/** A host is empty, null or ? where it is the one that was asked. */
const node = z.tuple([z.string().nullable(), z.int().min(1).max(65_535)], z.unknown());
const replySchema = z.array(z.tuple([slot, slot, node], z.unknown()));

/**
 * Reads the reply to CLUSTER SLOTS.
 * @param asked the host that gave it
 * @throws ZodError when it is something else
 */
export function parseSlots(reply: unknown, asked: string): SlotRange[] {
  return replySchema.parse(reply).map(([first, last, [host, port]]) => ({
    first,
    last,
    master: { host: resolved(host, asked), port },
  }));
}

/** The host that a node means. */
export function resolved(host: string | null, asked: string): string {
  return host === null || host === '' || host === '?' ? asked : host;
}
