import { isDeepStrictEqual } from 'node:util';
import type { Change, Commit, Edit, Revision, VersionRecord } from './change';
import { applyChanges, changeOf } from './changes';
import { entityFaults, resultFaults } from './commit-faults';
import { type KeyPast, neverValidAgain, withoutRevival } from './key-rules';
import {
  type ApiKey,
  type Client,
  type Configuration,
  type Entity,
  entitySchemas,
  idOf,
  type Kind,
  kinds,
} from './model';
import { ConflictError, InvalidConfigurationError } from './repository';

/** A commit as it goes into the history, and what is then in force. */
export interface PreparedCommit {
  readonly revision: Revision;
  readonly record: VersionRecord;
}

/**
 * What a commit makes of the present revision; undefined when it changes nothing.
 * @param recordsSince the versions after the commit's base, oldest first
 * @param at RFC 3339, UTC
 * @throws ConflictError when an entity it touches is in those, or they don't reach back to the base
 * @throws InvalidConfigurationError when an entity, or all of them together, make no sense
 */
export function prepareCommit(options: {
  readonly present: Revision;
  readonly recordsSince: readonly VersionRecord[];
  readonly commit: Commit;
  readonly at: string;
}): PreparedCommit | undefined {
  const { present, recordsSince, commit, at } = options;
  const { author, comment, baseVersion } = commit;
  const edits = lastOfEach(commit.edits(present.configuration));
  const changes = toChanges(present.configuration, edits);
  if (changes.length === 0) return undefined;
  if (baseVersion !== undefined) refuseConflict(present, baseVersion, recordsSince, changes);
  const configuration = applyChanges(present.configuration, changes);
  const faults = resultFaults(configuration, changes, { author, comment });
  if (faults.length > 0) throw new InvalidConfigurationError(faults);
  const version = present.version + 1;
  return {
    revision: { version, configuration },
    record: { version, at, author, comment, changes },
  };
}

/**
 * Takes back what the records did, but makes no key valid that is not valid now: what is revoked stays so, an
 * expiry is not put off, a removed key comes back revoked, and a disabled client stays disabled. A key made
 * since stays while its client does.
 * @param recordsAfter every version after the one to go back to, oldest first
 */
export function rollbackEdits(
  present: Configuration,
  recordsAfter: readonly VersionRecord[],
): Edit[] {
  const edits = new Map<string, Edit>();
  const removedAt = new Map<string, string>();
  const disabled = new Set(present.clients.flatMap(({ name, enabled }) => (enabled ? [] : [name])));
  for (const { at, changes } of recordsAfter) {
    for (const { kind, id, before, after } of changes) {
      const key = `${kind}/${id}`;
      if (!edits.has(key)) edits.set(key, { kind, id, after: before });
      if (kind === 'keys' && after === null) removedAt.set(id, at);
    }
  }
  const keyEdits: Edit[] = [];
  const others = [...edits.values()]
    .filter(({ kind }) => kind !== 'keys')
    .map((edit) => (edit.kind === 'clients' && disabled.has(edit.id) ? notEnabled(edit) : edit));
  const target = applyChanges(present, toUncheckedChanges(present, others));
  const presentKeys = byId(present.keys);
  for (const { kind, id, after } of edits.values()) {
    if (kind !== 'keys') continue;
    const now = presentKeys.get(id);
    const before = after as ApiKey | null;
    const wouldLeaveDisabled =
      now !== undefined && disabled.has(now.client) && now.client !== before?.client;
    if (before !== null && !wouldLeaveDisabled) {
      keyEdits.push({ kind, id, after: neverValidAgain(before, now, removedAt.get(id)) });
    } else if (now !== undefined) {
      keyEdits.push({ kind, id, after: keptKey(now, target) });
    }
  }
  return [...others, ...keyEdits];
}

function notEnabled({ kind, id, after }: Edit): Edit {
  return { kind, id, after: after && { ...(after as Client), enabled: false } };
}

/**
 * Puts a document in the place of everything, as an import does. What is not in it goes; no key becomes
 * valid again by it.
 */
export function replaceEdits(
  wanted: Configuration,
  past: KeyPast,
): (present: Configuration) => Edit[] {
  return (present) => {
    const held = withoutRevival(wanted, present, past);
    return kinds.flatMap((kind) => {
      const edits: Edit[] = held[kind].map((after) => ({ kind, id: idOf(after), after }));
      const ids = new Set(edits.map(({ id }) => id));
      const gone = present[kind].map(idOf).filter((id) => !ids.has(id));
      return [...edits, ...gone.map((id) => ({ kind, id, after: null }))];
    });
  };
}

/** What becomes of a key that was made since: nothing, unless what it refers to is gone. */
function keptKey(key: ApiKey, target: Configuration): ApiKey | null {
  if (!target.clients.some(({ name }) => name === key.client)) return null;
  if (key.tier === undefined || target.tiers.some(({ name }) => name === key.tier)) return key;
  const { tier: _, ...rest } = key;
  return rest;
}

function lastOfEach(edits: readonly Edit[]): Edit[] {
  return [...new Map(edits.map((edit) => [`${edit.kind}/${edit.id}`, edit])).values()];
}

/** @throws InvalidConfigurationError when an entity does not match its schema */
function toChanges(present: Configuration, edits: readonly Edit[]): Change[] {
  const faults = entityFaults(edits);
  if (faults.length > 0) throw new InvalidConfigurationError(faults);
  return toUncheckedChanges(
    present,
    edits.map(({ kind, id, after }) => ({ kind, id, after: after && asKept(kind, after) })),
  );
}

/** As it reads back from where it is kept: defaults filled in, nothing undefined, shared with nobody. */
function asKept(kind: Kind, entity: Entity): Entity {
  return entitySchemas[kind].parse(JSON.parse(JSON.stringify(entity)));
}

function toUncheckedChanges(present: Configuration, edits: readonly Edit[]): Change[] {
  const presentById = new Map<Kind, Map<string, Entity>>();
  const changes: Change[] = [];
  for (const { kind, id, after } of edits) {
    const entities = presentById.get(kind) ?? byId<Entity>(present[kind]);
    presentById.set(kind, entities);
    const before = entities.get(id) ?? null;
    if (!isDeepStrictEqual(before, after)) changes.push(changeOf(kind, id, before, after));
  }
  return changes;
}

function refuseConflict(
  present: Revision,
  baseVersion: number,
  records: readonly VersionRecord[],
  changes: readonly Change[],
): void {
  const reachesBack = records.length === present.version - baseVersion;
  const touched = new Set(changes.map(({ kind, id }) => `${kind}/${id}`));
  const conflicting = records.filter((record) =>
    record.changes.some(({ kind, id }) => touched.has(`${kind}/${id}`)),
  );
  if (conflicting.length > 0 || !reachesBack) throw new ConflictError(present, conflicting);
}

function byId<E extends Entity>(entities: readonly E[]): Map<string, E> {
  return new Map(entities.map((entity) => [idOf(entity), entity]));
}
