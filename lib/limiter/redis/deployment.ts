import type { Redis } from 'ioredis';
import type { Availability } from './availability';
import type { ClientOptions } from './client';
import type { Command, Connection } from './connection';
import type { FailureCounts } from './failure';
import type { RedisEndpoint } from './redis-url';

/** Where Redis runs: one server, perhaps found through Sentinels, or a cluster of them. */
export interface Deployment {
  /** Keys of one group may be in one call: those of a cluster slot; without a cluster, all. */
  groupOf(key: string): number;
  /** False while asking is pointless. */
  isReachable(group: number): boolean;
  /** Asks the server of a group. Rejects with a StoreError or a SlotMovingError. */
  ask<T>(group: number, command: Command<T>, options?: AskOptions): Promise<T>;
  /** Resolves with the first connection, or when it is found to be impossible for now. */
  connect(): Promise<void>;
  /** All servers that hold counters. */
  readonly connections: readonly Connection[];
  /** A client for any server that will do to publish and subscribe, not yet connected. */
  createClient(overrides: ClientOptions): Redis;
  close(): void;
}

export interface AskOptions {
  /** Whether a server is of no use when it refuses this; true by default. */
  readonly isVital?: boolean;
  /**
   * Rejects with a SlotMovingError instead of following a key to where it moves: for commands whose
   * KEYS are not the names they really use. False by default.
   */
  readonly tellsMoving?: boolean;
}

export interface DeploymentOptions {
  readonly endpoint: RedisEndpoint;
  /** Longest wait for an answer, ms. */
  readonly timeoutMs: number;
  readonly failures: FailureCounts;
  readonly availability: Availability;
  /** Writes what a decision would, under a key that `suits`. */
  readonly probe: (suits: (key: string) => boolean) => Command<unknown>;
}

/** The keys of a call are on their way to another node; the call was not run. */
export class SlotMovingError extends Error {
  override readonly name = 'SlotMovingError';
}
