import type { Commit, Edit, Revision } from '../../lib/policy/change';
import type { Entity, Kind } from '../../lib/policy/model';
import type { Observer, Repository, RepositoryHealth } from '../../lib/policy/repository';

/** What a repository told, newest last. */
export interface Followed {
  readonly repository: Repository;
  readonly first: Revision;
  readonly revisions: Revision[];
  readonly healths: RepositoryHealth[];
  /** The newest of them all. */
  newest(): Revision;
}

/** Opens a repository and notes down what it tells. */
export async function follow(repository: Repository): Promise<Followed> {
  const revisions: Revision[] = [];
  const healths: RepositoryHealth[] = [];
  const observer: Observer = {
    onRevision: (revision) => void revisions.push(revision),
    onHealth: (health) => void healths.push(health),
  };
  const first = await repository.open(observer);
  return { repository, first, revisions, healths, newest: () => revisions.at(-1) ?? first };
}

export function editOf(kind: Kind, after: Entity): Edit {
  return { kind, id: 'hash' in after ? after.id : after.name, after };
}

export function removalOf(kind: Kind, id: string): Edit {
  return { kind, id, after: null };
}

export function commitOf(edits: readonly Edit[], baseVersion?: number): Commit {
  return {
    author: 'tester',
    comment: 'because',
    ...(baseVersion !== undefined && { baseVersion }),
    edits: () => edits,
  };
}
