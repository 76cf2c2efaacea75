import type { Configuration, Entities, Entity, Kind } from './model';

/** What became of one entity. Nothing before: it was made; nothing after: it was removed. */
export type Change = {
  [K in Kind]: {
    readonly kind: K;
    readonly id: string;
    readonly before: Entities[K] | null;
    readonly after: Entities[K] | null;
  };
}[Kind];

/** A configuration and how many changes it took to get there; the first is 1. */
export interface Revision {
  readonly version: number;
  readonly configuration: Configuration;
}

/** One version in the history. */
export interface VersionRecord {
  readonly version: number;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly author: string;
  /** Why, in the author's words; empty when not said. */
  readonly comment: string;
  readonly changes: readonly Change[];
}

/** What somebody wants to be so. Entities are whole, not parts; null removes. */
export interface Commit {
  readonly author: string;
  readonly comment: string;
  /**
   * The version that the author saw. The commit is refused when any entity it touches has changed
   * since; others may have. None: whatever there is now is replaced.
   */
  readonly baseVersion?: number;
  /** What becomes of which entity, given the present configuration. Pure; may be asked again. */
  readonly edits: (present: Configuration) => readonly Edit[];
}

export interface Edit {
  readonly kind: Kind;
  readonly id: string;
  readonly after: Entity | null;
}
