import { randomUUID } from 'node:crypto';
import { algorithmOf } from './algorithms';
import type { MaybePromise } from './maybe-promise';
import { type Check, type Store, StoreError } from './store';

const PROCESS = randomUUID();
let issued = 0;

/** Renewals within the time in which an unrenewed slot falls free: two may fail. */
const RENEWALS_PER_LEASE = 3;

/** A name for one request's slots that no other request has, in this process or another. */
export function newLease(): string {
  issued += 1;
  return `${PROCESS}-${issued.toString(36)}`;
}

/**
 * Keeps the slots of a request that was allowed: renewed well before they fall free, for as long as
 * this process lives, until the returned function gives them back.
 */
export function holdSlots(store: Store, checks: readonly Check[]): () => void {
  const held = checks.filter(({ lease }) => lease !== undefined);
  const shortestMs = Math.min(...held.map(({ limit }) => algorithmOf(limit).windowMs(limit)));
  const renewal = setInterval(() => {
    for (const check of held) tryTo(() => store.decide([check]));
  }, shortestMs / RENEWALS_PER_LEASE);
  renewal.unref();
  return () => {
    clearInterval(renewal);
    for (const { lease, ...target } of held.splice(0)) {
      if (lease !== undefined) tryTo(() => store.release(target, lease));
    }
  };
}

/** A renewal that fails is made up for by the next, and a slot not given back falls free by itself. */
function tryTo(work: () => MaybePromise<unknown>): void {
  try {
    const result = work();
    if (result instanceof Promise) result.catch(expectStoreError);
  } catch (error) {
    expectStoreError(error);
  }
}

function expectStoreError(error: unknown): void {
  if (!(error instanceof StoreError)) throw error;
}
