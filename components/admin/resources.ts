import type { ChangeJson, Key, VersionRecordJson } from '@/lib/admin';
import type { ConfigurationFault } from '@/lib/policy';

export type { Key, PolicyCounts, Validation } from '@/lib/admin';
export type { Explanation } from '@/lib/gateway';
export type { Client, Kind, Policy, Tier } from '@/lib/policy';

export type EntityChange = ChangeJson;
export type VersionRecord = VersionRecordJson;
/** What is wrong, and where: `limits[0].quota`. */
export type Fault = ConfigurationFault;

export interface Session {
  readonly author: string;
  readonly expires_at: string;
}

export interface Collection<T> {
  readonly version: number;
  readonly items: readonly T[];
}

export interface Item<T> {
  readonly version: number;
  readonly item: T;
}

export interface IssuedKey extends Item<Key> {
  /** The key itself: in this answer and nowhere else. */
  readonly key: string;
}

export interface VersionPage {
  readonly items: readonly VersionRecord[];
  /** For the next page; null: there is none. */
  readonly next_before: number | null;
}
