import { z } from 'zod';
import {
  type BlockedSlot,
  blockedSlotSchema,
  callerKinds,
  type Slot,
  slotSchema,
} from '../traffic';
import { readJson } from './json-text';

/** Longer ones are none of ours. */
const LONGEST_STORED = 8_388_608;

const text = z.string();
const count = z.number();
const storedSlotSchema = z.array(z.tuple([text, text, count, count, count, text]));
const storedBlockedSchema = z.tuple([
  count,
  count,
  z.array(z.tuple([z.enum(callerKinds), text, count, count])),
]);

/** A slot without its start, and without the names of its members: thousands of them are kept. */
export function storedSlot({ cells }: Slot): string {
  return JSON.stringify(
    cells.map(({ route, policy, allowed, denied, errors, latency }) => [
      route,
      policy,
      allowed,
      denied,
      errors,
      latency,
    ]),
  );
}

/** @returns undefined for what is no slot */
export function slotIn(stored: string, at: number): Slot | undefined {
  const cells = readJson(stored, storedSlotSchema, LONGEST_STORED)?.map(
    ([route, policy, allowed, denied, errors, latency]) => ({
      route,
      policy,
      allowed,
      denied,
      errors,
      latency,
    }),
  );
  return slotSchema.safeParse({ at, cells }).data;
}

export function storedBlocked({ total, floor, clients }: BlockedSlot): string {
  const tuples = clients.map(({ kind, value, count, error }) => [kind, value, count, error]);
  return JSON.stringify([total, floor, tuples]);
}

/** @returns undefined for what is no slot */
export function blockedIn(
  stored: string,
  at: number,
  span: BlockedSlot['span'],
): BlockedSlot | undefined {
  const found = readJson(stored, storedBlockedSchema, LONGEST_STORED);
  if (found === undefined) return undefined;
  const [total, floor, tuples] = found;
  const clients = tuples.map(([kind, value, count, error]) => ({ kind, value, count, error }));
  return blockedSlotSchema.safeParse({ at, span, total, floor, clients }).data;
}
