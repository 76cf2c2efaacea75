import { algorithmOf } from '../algorithms';
import type { Limit, Verdict } from '../limit';
import { type Check, type Ruling, StoreError } from '../store';

/** The script's KEYS and ARGV for one call. */
export interface DecideCall {
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

interface Pending {
  readonly checks: readonly Check[];
  readonly resolve: (ruling: Ruling) => void;
  readonly reject: (error: unknown) => void;
}

const NUMBERS_PER_VERDICT = 4;
const OUTCOME_ALLOWED = 1;
const OUTCOME_BAD_KEY = -1;

export interface Batcher {
  decide(checks: readonly Check[]): Promise<Ruling>;
}

/**
 * Gathers the decisions asked for in one turn of the event loop into one script call: under load
 * Redis runs one script for dozens of requests; alone, a request waits for nothing.
 * @param send runs the script and gives its raw reply
 * @param maxDecisions most decisions of one call; more go out in further calls
 */
export function createBatcher(
  send: (call: DecideCall) => Promise<unknown>,
  maxDecisions = 512,
): Batcher {
  let queue: Pending[] = [];

  function flush(): void {
    const batch = queue;
    queue = [];
    for (let first = 0; first < batch.length; first += maxDecisions) {
      void run(batch.slice(first, first + maxDecisions));
    }
  }

  async function run(batch: readonly Pending[]): Promise<void> {
    try {
      settle(batch, await send(encode(batch)));
    } catch (error) {
      for (const pending of batch) pending.reject(error);
    }
  }

  return {
    decide: (checks) =>
      new Promise((resolve, reject) => {
        // setImmediate runs once all sockets readable in this turn have been served.
        if (queue.length === 0) setImmediate(flush);
        queue.push({ checks, resolve, reject });
      }),
  };
}

function encode(batch: readonly Pending[]): DecideCall {
  const keys: string[] = [];
  const limits: Limit[] = [];
  const args: (string | number)[] = [];
  const decisions: number[] = [];
  const indexOf = new Map<string, number>();

  for (const { checks } of batch) {
    decisions.push(checks.length);
    for (const { key, limit, cost } of checks) {
      let index = indexOf.get(key);
      // The same key under other numbers happens once, in the turn of a policy change.
      if (index === undefined || limits[index - 1] !== limit) {
        index = keys.push(key);
        limits.push(limit);
        args.push(limit.algorithm, ...algorithmOf(limit).parameters(limit));
        indexOf.set(key, index);
      }
      decisions.push(index, cost);
    }
  }
  for (const number of decisions) args.push(number);
  return { keys, args };
}

function settle(batch: readonly Pending[], reply: unknown): void {
  const numbers = parseReply(reply, batch);
  const nowMs = numbers[0] ?? 0;
  let at = 1;
  for (const { checks, resolve, reject } of batch) {
    let allowed = true;
    let badKey: string | undefined;
    const verdicts: Verdict[] = [];
    for (const check of checks) {
      const outcome = numbers[at] ?? OUTCOME_BAD_KEY;
      if (outcome === OUTCOME_BAD_KEY) badKey = check.key;
      const verdict = {
        limit: check.limit,
        allowed: outcome === OUTCOME_ALLOWED,
        remaining: numbers[at + 1] ?? 0,
        resetMs: numbers[at + 2] ?? 0,
        retryAfterMs: numbers[at + 3] ?? 0,
      };
      allowed &&= verdict.allowed;
      verdicts.push(verdict);
      at += NUMBERS_PER_VERDICT;
    }
    if (badKey === undefined) resolve({ allowed, verdicts, nowMs, source: 'store' });
    else reject(new StoreError('bad-key', `${badKey} holds something that is not a limiter's`));
  }
}

/** Checks a reply by hand: zod would cost more than the rest of the batch together. */
function parseReply(reply: unknown, batch: readonly Pending[]): readonly number[] {
  const verdicts = batch.reduce((sum, { checks }) => sum + checks.length, 0);
  const isReply = (value: unknown): value is number[] =>
    Array.isArray(value) &&
    value.length === 1 + NUMBERS_PER_VERDICT * verdicts &&
    value.every(Number.isSafeInteger);
  if (isReply(reply)) return reply;
  throw new StoreError('refused', 'Redis answered the script with something else than its reply');
}
