import { z } from 'zod';
import { LONGEST_NAME, requestVerdicts } from '../../gateway';
import { LONGEST_REQUEST_ID } from '../../http';
import { LONGEST_LATENCY, latencyCount } from './latency-code';
import { type BlockedSlot, callerKinds, type Frame, type LiveDecision, type Slot } from './port';

/** Cells of a slot at most, the one for all others included. */
export const MOST_CELLS = 501;
/** Slots of a kind in a frame, and their cells together. */
export const MOST_SLOTS = 128;
/** Clients of a blocked slot. */
export const MOST_CLIENTS = 100;
/** Decisions in a frame. */
export const MOST_DECISIONS = 400;
/** Characters of a path that is shown. */
export const LONGEST_PATH = 200;
const LONGEST_METHOD = 32;

/** Of one life of a process: it stands in keys and fields. */
export const instanceSchema = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);

const count = z.int().min(0).max(4_294_967_295);
const name = z.string().max(LONGEST_NAME);
const unixSeconds = z.int().min(0);
const identity = z.object({ kind: z.enum(callerKinds), value: name });

const cellSchema = z
  .object({
    route: name,
    policy: name,
    allowed: count,
    denied: count,
    errors: count,
    latency: z.string().max(LONGEST_LATENCY),
  })
  .refine(
    ({ allowed, denied, errors, latency }) => latencyCount(latency) === allowed + denied + errors,
    { path: ['latency'], message: 'no histogram of as many latencies as there are requests' },
  );

/** A slot as it is written down or told. */
export const slotSchema = z.object({
  at: unixSeconds,
  cells: z.array(cellSchema).max(MOST_CELLS),
}) satisfies z.ZodType<Slot>;

/** A blocked slot as it is written down or told. */
export const blockedSlotSchema = z.object({
  at: unixSeconds,
  span: z.enum(['minute', 'hour']),
  total: count,
  floor: count,
  clients: z.array(identity.extend({ count, error: count })).max(MOST_CLIENTS),
}) satisfies z.ZodType<BlockedSlot>;

/** A decision as it is told. */
export const liveDecisionSchema = z.object({
  id: z.string().max(LONGEST_REQUEST_ID),
  at: z.number().min(0),
  replica: name,
  method: z.string().max(LONGEST_METHOD),
  path: z.string().max(LONGEST_PATH),
  identity: identity.nullable(),
  route: name,
  policy: name,
  verdict: z.enum(requestVerdicts),
  status: z.int().min(0).max(999),
  duration_ms: z.number().min(0),
  weight: z.int().min(1),
}) satisfies z.ZodType<LiveDecision>;

/** A frame as it comes from another process: every list and text in it is bounded. */
export const frameSchema = z.object({
  instance: instanceSchema,
  replica: name,
  seconds: z.array(slotSchema).max(MOST_SLOTS),
  minutes: z.array(slotSchema).max(MOST_SLOTS),
  blocked: z.array(blockedSlotSchema).max(MOST_SLOTS),
  decisions: z.array(liveDecisionSchema).max(MOST_DECISIONS),
}) satisfies z.ZodType<Frame>;
