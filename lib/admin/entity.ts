import { type Configuration, type Entities, idOf, type Kind } from '../policy';

/** Kinds whose entities are identified by name. */
export type NamedKind = Exclude<Kind, 'keys'>;

/** How documentation speaks of a kind: of all, of one, and of one within a name. */
export const KIND_WORDS = {
  policies: { tag: 'Policies', word: 'policy', noun: 'Policy' },
  tiers: { tag: 'Tiers', word: 'tier', noun: 'Tier' },
  clients: { tag: 'Clients', word: 'client', noun: 'Client' },
  routes: { tag: 'Routes', word: 'route', noun: 'Route' },
  upstreams: { tag: 'Upstreams', word: 'upstream', noun: 'Upstream' },
} as const satisfies Record<NamedKind, unknown>;

export const namedKinds = Object.keys(KIND_WORDS) as NamedKind[];

/** @param id its name; a key's id */
export function entityOf<K extends Kind>(
  configuration: Configuration,
  kind: K,
  id: string,
): Entities[K] | undefined {
  return configuration[kind].find((entity) => idOf(entity) === id);
}
