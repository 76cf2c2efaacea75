import { MINUTES_KEPT, SECONDS_KEPT } from '../traffic';

/**
 * Everything that replicas write down, all of it with a time to live. One hash tag for traffic and
 * one for replicas: in a cluster each has one slot, whose node is asked for all of it.
 */
export const KEYS = {
  /** Never written: it is what a server is asked to delete from, to see whether it takes writes. */
  probe: 'floodgate:{traffic}:probe',
  frames: 'floodgate:{traffic}:frames',
  /** A sorted set of instances by when they were heard of last, Unix ms. */
  replicas: 'floodgate:{replicas}',
} as const;

/** What an instance told of itself last. */
export function replicaKey(instance: string): string {
  return `floodgate:{replicas}:${instance}`;
}

/** Where an instance is asked, and where it is answered. */
export function inboxChannel(instance: string): string {
  return `floodgate:inbox:${instance}`;
}

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/** Hashes that hold the slots of one span: `floodgate:{traffic}:<name>:<start of the hash>`. */
export interface SlotSpan {
  readonly name: string;
  /** Seconds of a hash. */
  readonly perHash: number;
  /** How long its slots are of use, seconds. */
  readonly kept: number;
}

export const SPANS = {
  seconds: { name: 'seconds', perHash: MINUTE, kept: SECONDS_KEPT },
  minutes: { name: 'minutes', perHash: HOUR, kept: MINUTES_KEPT * MINUTE },
  blockedMinutes: { name: 'blocked-minutes', perHash: HOUR, kept: 2 * HOUR },
  blockedHours: { name: 'blocked-hours', perHash: DAY, kept: MINUTES_KEPT * MINUTE },
} as const satisfies Record<string, SlotSpan>;

/** The hash of a slot. @param at its start, Unix seconds */
export function slotKey({ name, perHash }: SlotSpan, at: number): string {
  return `floodgate:{traffic}:${name}:${at - (at % perHash)}`;
}

/** Of a hash, seconds from its last write; its first slot has by then been of use for long enough. */
export function timeToLive({ perHash, kept }: SlotSpan): number {
  return kept + perHash;
}

/** The field of a slot. @param at its start, Unix seconds */
export function slotField(at: number, instance: string): string {
  return `${at}|${instance}`;
}

/** The field that has the name of an instance, beside its slots so that it ends with them. */
export function nameField(instance: string): string {
  return `${NAME}|${instance}`;
}

const NAME = 'name';
const FIELD = /^(?<of>name|\d{1,11})\|(?<instance>[A-Za-z0-9-]{1,64})$/;

/** Whose a field is, and the start of the slot that it holds; without `at` it holds a name. */
export function readField(
  field: string,
): { readonly instance: string; readonly at: number | undefined } | undefined {
  const { of, instance } = FIELD.exec(field)?.groups ?? {};
  if (of === undefined || instance === undefined) return undefined;
  return { instance, at: of === NAME ? undefined : Number(of) };
}
