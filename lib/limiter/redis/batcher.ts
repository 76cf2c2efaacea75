import type { Check, Ruling, StoreFailure } from '../store';
import { type DecideCall, type Pending, settle, writeCalls } from './decide-call';
import { SlotMovingError } from './deployment';

export interface Batcher {
  /** @param group decisions of one group may share a call; 0 by default */
  decide(checks: readonly Check[], group?: number): Promise<Ruling>;
}

/** Runs the script for a call and gives its raw reply. */
export type Send = (call: DecideCall, group: number) => Promise<unknown>;

export interface BatcherOptions {
  /** Most decisions of one call; more go out in further calls. */
  readonly maxDecisions?: number;
  /** Sends a call of one decision again, after a SlotMovingError. */
  readonly sendAlone?: Send;
  /** Told of decisions that failed by themselves. */
  readonly onFailure?: (kind: StoreFailure) => void;
}

/**
 * Calls of this size overlap: Redis works on the next while this process reads the reply to the
 * last. Larger ones made them wait for each other in turn, and were a third slower when measured.
 */
const MAX_DECISIONS = 32;

/**
 * Gathers the decisions asked for in one turn of the event loop into one script call for each group
 * of keys: under load Redis runs one script for dozens of requests; alone, a request waits for
 * nothing.
 */
export function createBatcher(send: Send, options: BatcherOptions = {}): Batcher {
  const { maxDecisions = MAX_DECISIONS, sendAlone, onFailure = () => undefined } = options;
  let queues = new Map<number, Pending[]>();

  function flush(): void {
    const groups = queues;
    queues = new Map();
    for (const [group, batch] of groups) {
      for (const call of writeCalls(batch, maxDecisions)) run(call, group);
    }
  }

  function run(call: DecideCall, group: number): void {
    send(call, group).then(
      (reply) => settle(call, reply, onFailure),
      (error: unknown) => {
        if (error instanceof SlotMovingError && sendAlone !== undefined) divide(call, group);
        else fail(call, error);
      },
    );
  }

  function divide({ pending }: DecideCall, group: number): void {
    for (const call of pending.flatMap((decision) => writeCalls([decision], 1))) {
      sendAlone?.(call, group).then(
        (reply) => settle(call, reply, onFailure),
        (error: unknown) => fail(call, error),
      );
    }
  }

  return {
    decide: (checks, group = 0) =>
      new Promise((resolve, reject) => {
        const queue = queues.get(group);
        if (queue !== undefined) {
          queue.push({ checks, resolve, reject });
          return;
        }
        // setImmediate runs once all sockets readable in this turn have been served.
        if (queues.size === 0) setImmediate(flush);
        queues.set(group, [{ checks, resolve, reject }]);
      }),
  };
}

function fail({ pending }: DecideCall, error: unknown): void {
  for (const { reject } of pending) reject(error);
}
