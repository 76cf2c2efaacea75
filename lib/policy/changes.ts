import { isDeepStrictEqual } from 'node:util';
import type { Change } from './change';
import { type Configuration, type Entity, idOf, type Kind, kinds } from './model';

export const EMPTY_CONFIGURATION: Configuration = {
  policies: [],
  tiers: [],
  clients: [],
  keys: [],
  routes: [],
  upstreams: [],
};

/** What makes one configuration of the other. The order of entities is of no meaning. */
export function diff(before: Configuration, after: Configuration): Change[] {
  const changes: Change[] = [];
  for (const kind of kinds) {
    if (before[kind] === after[kind]) continue;
    const left = new Map<string, Entity>(before[kind].map((entity) => [idOf(entity), entity]));
    for (const entity of after[kind]) {
      const id = idOf(entity);
      const old = left.get(id) ?? null;
      left.delete(id);
      if (!isSame(old, entity)) changes.push(changeOf(kind, id, old, entity));
    }
    for (const [id, entity] of left) changes.push(changeOf(kind, id, entity, null));
  }
  return changes;
}

/** Entities and lists that the changes don't touch stay the same objects. New entities go last. */
export function applyChanges(
  configuration: Configuration,
  changes: readonly Change[],
): Configuration {
  if (changes.length === 0) return configuration;
  const result: Record<Kind, readonly Entity[]> = { ...configuration };
  for (const kind of kinds) {
    const afters = new Map<string, Entity | null>();
    for (const change of changes) if (change.kind === kind) afters.set(change.id, change.after);
    if (afters.size > 0) result[kind] = replaced(configuration[kind], afters);
  }
  return result as Configuration;
}

/** The changes that take these back. */
export function invert(changes: readonly Change[]): Change[] {
  return changes.map(({ kind, id, before, after }) => changeOf(kind, id, after, before)).reverse();
}

/** `after`, with the very objects of `before` for all that is equal. */
export function reuse(before: Configuration, after: Configuration): Configuration {
  const result: Record<Kind, readonly Entity[]> = { ...after };
  for (const kind of kinds) {
    const known = new Map<string, Entity>(before[kind].map((entity) => [idOf(entity), entity]));
    const entities = after[kind].map((entity) => {
      const old = known.get(idOf(entity));
      return old !== undefined && isSame(old, entity) ? old : entity;
    });
    const isUntouched =
      entities.length === before[kind].length &&
      entities.every((entity, index) => entity === before[kind][index]);
    result[kind] = isUntouched ? before[kind] : entities;
  }
  return result as Configuration;
}

export function changeOf(
  kind: Kind,
  id: string,
  before: Entity | null,
  after: Entity | null,
): Change {
  return { kind, id, before, after } as Change;
}

function replaced(
  entities: readonly Entity[],
  afters: ReadonlyMap<string, Entity | null>,
): readonly Entity[] {
  const added = new Map(afters);
  const kept: Entity[] = [];
  for (const entity of entities) {
    const id = idOf(entity);
    const after = afters.get(id);
    if (after !== null) kept.push(after ?? entity);
    added.delete(id);
  }
  for (const entity of added.values()) if (entity !== null) kept.push(entity);
  return kept;
}

function isSame(one: Entity | null, other: Entity | null): boolean {
  return one === other || isDeepStrictEqual(one, other);
}
