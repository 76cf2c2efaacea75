import { algorithmOf } from '../algorithms';
import type { Limit, Verdict } from '../limit';
import { type Check, type Ruling, StoreError, type StoreFailure } from '../store';
import type { ScriptCall } from './script';

/** A decision that somebody waits for. */
export interface Pending {
  readonly checks: readonly Check[];
  readonly resolve: (ruling: Ruling) => void;
  readonly reject: (error: unknown) => void;
}

/** Decisions on their way into one call of the script `decide`. */
export interface DecideCall extends ScriptCall {
  readonly pending: readonly Pending[];
}

interface Draft {
  readonly keys: string[];
  /** The limit of each key. */
  readonly limits: Limit[];
  readonly args: (string | number)[];
  /** What follows the limits' numbers in `args`. */
  readonly decisions: (string | number)[];
  readonly pending: Pending[];
  /** From 1, as Lua counts. */
  readonly indexOf: Map<string, number>;
}

const NUMBERS_PER_VERDICT = 4;
const OUTCOME_ALLOWED = 1;
const OUTCOME_BAD_KEY = -1;

/**
 * Writes decisions into as few calls as they need. The same key under other numbers, as in the turn
 * of a policy change, waits for a further call: in one call a key has one state.
 * @param maxDecisions most of one call
 */
export function writeCalls(batch: readonly Pending[], maxDecisions: number): DecideCall[] {
  const calls: DecideCall[] = [];
  let draft = createDraft();
  for (const decision of batch) {
    if (draft.pending.length === maxDecisions || !admits(draft, decision.checks)) {
      calls.push(finish(draft));
      draft = createDraft();
    }
    add(draft, decision);
  }
  if (draft.pending.length > 0) calls.push(finish(draft));
  return calls;
}

/** Answers everybody who waits for a call. */
export function settle(
  { pending }: DecideCall,
  reply: unknown,
  onFailure: (kind: StoreFailure) => void,
): void {
  const size = pending.reduce((sum, { checks }) => sum + checks.length, 0);
  if (!Array.isArray(reply) || reply.length !== 1 + NUMBERS_PER_VERDICT * size) {
    const failure = badReply('Redis answered the script with something else than its reply');
    onFailure(failure.kind);
    for (const { reject } of pending) reject(failure);
    return;
  }
  let at = 1;
  for (const decision of pending) {
    const ruling = readRuling(decision.checks, reply, at);
    if (ruling instanceof StoreError) {
      onFailure(ruling.kind);
      decision.reject(ruling);
    } else decision.resolve(ruling);
    at += NUMBERS_PER_VERDICT * decision.checks.length;
  }
}

function createDraft(): Draft {
  return { keys: [], limits: [], args: [], decisions: [], pending: [], indexOf: new Map() };
}

function finish({ keys, args, decisions, pending }: Draft): DecideCall {
  for (const value of decisions) args.push(value);
  return { keys, args, pending };
}

function admits(draft: Draft, checks: readonly Check[]): boolean {
  if (draft.pending.length === 0) return true;
  for (const { key, limit } of checks) {
    const index = draft.indexOf.get(key);
    if (index !== undefined && !holds(draft, index, limit)) return false;
  }
  return true;
}

function holds({ limits }: Draft, index: number, limit: Limit): boolean {
  const held = limits[index - 1];
  return held === limit || (held !== undefined && isSame(held, limit));
}

/** Whether the script would see any difference. */
function isSame(a: Limit, b: Limit): boolean {
  if (a.algorithm !== b.algorithm) return false;
  const numbers = algorithmOf(b).parameters(b);
  return algorithmOf(a)
    .parameters(a)
    .every((number, index) => number === numbers[index]);
}

function add(draft: Draft, decision: Pending): void {
  const { keys, limits, args, decisions, indexOf } = draft;
  const start = decisions.length;
  try {
    decisions.push(decision.checks.length);
    for (const { key, limit, cost, lease } of decision.checks) {
      const algorithm = algorithmOf(limit);
      let index = indexOf.get(key);
      if (index === undefined || !holds(draft, index, limit)) {
        const [first, second, third] = algorithm.parameters(limit);
        args.push(limit.algorithm, first, second, third);
        index = keys.push(key);
        limits.push(limit);
        indexOf.set(key, index);
      }
      decisions.push(index, cost);
      if (algorithm.holdsSlots) decisions.push(lease ?? '');
    }
    draft.pending.push(decision);
  } catch (error) {
    // A limit that its schema has never seen is nothing to its neighbours.
    decisions.length = start;
    decision.reject(error);
  }
}

/** Reads numbers by hand: zod would cost more than the rest of the batch together. */
function readRuling(
  checks: readonly Check[],
  reply: readonly unknown[],
  first: number,
): Ruling | StoreError {
  const nowMs = reply[0];
  if (!isWhole(nowMs)) return badReply('Redis answered the script without a time');
  const verdicts: Verdict[] = [];
  let allowed = true;
  let at = first;
  for (const { key, limit } of checks) {
    const outcome = reply[at];
    const remaining = reply[at + 1];
    const resetMs = reply[at + 2];
    const retryAfterMs = reply[at + 3];
    at += NUMBERS_PER_VERDICT;
    if (outcome === OUTCOME_BAD_KEY) {
      return new StoreError('wrong-type', `${key} holds something that is not a limiter's`);
    }
    if (!isWhole(outcome) || !isWhole(remaining) || !isWhole(resetMs) || !isWhole(retryAfterMs)) {
      return badReply(`Redis answered for ${key} with something else than whole numbers`);
    }
    const isAllowed = outcome === OUTCOME_ALLOWED;
    allowed &&= isAllowed;
    verdicts.push({ limit, allowed: isAllowed, remaining, resetMs, retryAfterMs });
  }
  return { allowed, verdicts, nowMs, source: 'store' };
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function badReply(message: string): StoreError {
  return new StoreError('bad-reply', message);
}
