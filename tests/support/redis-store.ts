import { expect, type Mock, onTestFinished, vi } from 'vitest';
import {
  createRedisStore,
  type MaybePromise,
  type RedisStore,
  StoreError,
  type StoreFailure,
} from '../../lib/limiter';
import { yearlyLimits } from './yearly-limits';

/** Five in a year: what passes in a test is what was admitted. */
export const [fivePerYear] = yearlyLimits(5);

export interface OpenedStore {
  readonly store: RedisStore;
  readonly onUnreachable: Mock<(reason: string) => void>;
  readonly onRecovered: Mock<(outageMs: number) => void>;
  /** Resolves when decisions are made again. */
  recovery(): Promise<void>;
}

/** A connected store. */
export async function openStore(url: string, timeoutMs = 100): Promise<OpenedStore> {
  const onUnreachable = vi.fn();
  const onRecovered = vi.fn();
  const store = createRedisStore({ url, timeoutMs, scripts: 'lua', onUnreachable, onRecovered });
  await store.connect();
  return {
    store,
    onUnreachable,
    onRecovered,
    async recovery() {
      await vi.waitFor(async () => expect((await store.health()).status).toBe('ok'), 15_000);
    },
  };
}

/** The same, closed when the test ends. */
export async function openStoreForTest(url: string, timeoutMs?: number): Promise<OpenedStore> {
  const opened = await openStore(url, timeoutMs);
  onTestFinished(() => opened.store.close());
  return opened;
}

let serial = 0;
/** A key that no other test uses, in a slot of its own. */
export function freshKey(): string {
  serial += 1;
  return `ratelimit:{test-${process.pid}-${serial}}`;
}

/** Why work failed; undefined when it did not. */
export async function failureOf(
  work: () => MaybePromise<unknown>,
): Promise<StoreFailure | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof StoreError) return error.kind;
    throw error;
  }
}

/** Whether a decision on `fivePerYear` was allowed, or why it failed. */
export async function outcomeOf(store: RedisStore, key: string): Promise<boolean | StoreFailure> {
  let allowed = false;
  const failure = await failureOf(async () => {
    ({ allowed } = await store.decide([{ key, limit: fivePerYear, cost: 1 }]));
  });
  return failure ?? allowed;
}

/** Asks, `lanes` questions at a time, until told to stop. */
export function startLoad<T>(ask: (turn: number) => Promise<T>, lanes = 16) {
  const answers: T[] = [];
  let isStopped = false;
  let turn = 0;
  const work = Array.from({ length: lanes }, async () => {
    while (!isStopped) {
      answers.push(await ask(turn++));
      await new Promise(setImmediate);
    }
  });
  return {
    /** What was answered so far. */
    answers,
    async stop(): Promise<T[]> {
      isStopped = true;
      await Promise.all(work);
      return answers;
    },
  };
}
