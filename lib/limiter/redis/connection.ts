import type { Redis } from 'ioredis';
import { StoreError } from '../store';
import { createBreaker } from './breaker';
import { withDeadline } from './deadline';
import { condemnsServer, type FailureCounts, toStoreError } from './failure';
import { isRedirection } from './redirection';

/** @param isAsking whether the server is asked for a slot that it is only taking over */
export type Command<T> = (client: Redis, isAsking: boolean) => Promise<T>;

/** A connection to one Redis server, which is left alone while it does not answer. */
export interface Connection {
  readonly isReachable: boolean;
  /** Resolves when the server has answered for the first time, or was found unreachable. */
  open(): Promise<void>;
  /**
   * Rejects with a StoreError, or with what a redirecting node answered.
   * @param isVital whether the server is of no use when it refuses this; true by default
   */
  ask<T>(command: Command<T>, options?: { isAsking?: boolean; isVital?: boolean }): Promise<T>;
  close(): void;
}

export interface ConnectionOptions {
  readonly name: string;
  readonly client: Redis;
  /** Longest wait for an answer, ms. */
  readonly timeoutMs: number;
  readonly failures: FailureCounts;
  /** Whether its redirections are handed on to be followed, and are no failures of its own. */
  readonly isClusterNode: boolean;
  /** Resolves when the server can decide again. */
  readonly probe: Command<unknown>;
  readonly onDown: (failure: StoreError) => void;
  readonly onUp: () => void;
}

export function createConnection(options: ConnectionOptions): Connection {
  const { name, client, timeoutMs, failures, isClusterNode, onDown, onUp } = options;
  let lastError: Error | undefined;
  let isClosing = false;
  let isGathering = false;
  let opening: Promise<void> | undefined;

  const breaker = createBreaker({
    probe,
    onOpen: onDown,
    onClose: onUp,
  });

  client.on('error', (error) => {
    lastError = error;
  });
  client.on('ready', () => {
    lastError = undefined;
    breaker.nudge();
  });
  client.on('close', () => {
    if (!isClosing && !breaker.isOpen) fail(lastError ?? new Error('connection closed'), true);
  });

  function isConnected(): boolean {
    return client.status === 'ready';
  }

  /** One write for all slots of a turn: a third more decisions per second on a cluster. */
  function gatherWrites(): void {
    const { stream } = client;
    if (isGathering || stream === undefined) return;
    isGathering = true;
    stream.cork();
    process.nextTick(() => {
      isGathering = false;
      stream.uncork();
    });
  }

  function fail(error: unknown, isVital: boolean): StoreError {
    const failure = toStoreError(error);
    failures.add(failure.kind);
    const isGone = failure.kind === 'timeout' || failure.kind === 'disconnected';
    if (isGone || (isVital && condemnsServer(failure))) breaker.open(failure);
    return failure;
  }

  async function probe(): Promise<void> {
    try {
      await withDeadline(options.probe(client, false), timeoutMs);
    } catch (error) {
      const { kind } = toStoreError(error);
      // Silent: the peer may have vanished without a word. Read-only: the master is another now.
      const isWorthReconnecting = kind === 'timeout' || kind === 'read-only';
      if (isWorthReconnecting && isConnected()) client.disconnect(true);
      throw error;
    }
  }

  async function connect(): Promise<void> {
    try {
      await withDeadline(client.connect(), timeoutMs);
    } catch (error) {
      if (!breaker.isOpen && !isClosing) fail(lastError ?? error, true);
    }
  }

  return {
    get isReachable() {
      return !breaker.isOpen;
    },
    open() {
      opening ??= connect();
      return opening;
    },
    ask(command, { isAsking = false, isVital = true } = {}) {
      if (breaker.isOpen) return Promise.reject(unreachable(name));
      if (isClusterNode) gatherWrites();
      return withDeadline(command(client, isAsking), timeoutMs).catch((error: unknown) => {
        throw isClusterNode && isRedirection(error) ? error : fail(error, isVital);
      });
    },
    close() {
      isClosing = true;
      breaker.stop();
      client.disconnect();
    },
  };
}

function unreachable(name: string): StoreError {
  return new StoreError('disconnected', `Redis at ${name} is unreachable`);
}
