import { z } from 'zod';
import { type ApiKey, apiKeySchema } from './api-key';
import { type Client, clientSchema } from './client';
import { isKeySuffix } from './key-suffix';
import { type Policy, policySchema } from './policy';
import { type Route, routeSchema } from './route';
import { type Tier, tierSchema } from './tier';
import { type Upstream, upstreamSchema } from './upstream';

/** Everything that configuration holds, by kind. Each is identified by its name, a key by its id. */
export interface Entities {
  policies: Policy;
  tiers: Tier;
  clients: Client;
  keys: ApiKey;
  routes: Route;
  upstreams: Upstream;
}

export type Kind = keyof Entities;
export type Entity = Entities[Kind];

export const entitySchemas: { readonly [K in Kind]: z.ZodType<Entities[K]> } = {
  policies: policySchema,
  tiers: tierSchema,
  clients: clientSchema,
  keys: apiKeySchema,
  routes: routeSchema,
  upstreams: upstreamSchema,
};

export const kinds = Object.keys(entitySchemas) as Kind[];

/** How many there may be of each kind. */
export const mostEntities: { readonly [K in Kind]: number } = {
  policies: 20_000,
  tiers: 1_000,
  clients: 100_000,
  keys: 100_000,
  routes: 100_000,
  upstreams: 100_000,
};

/** The name of an entity, a key's id: unique within its kind. */
export function idOf(entity: Entity): string {
  return 'hash' in entity ? entity.id : entity.name;
}

/** One document with all of it: what the file holds and what is exported and imported. */
export const configurationSchema = z
  .strictObject({
    $schema: z.string().optional().describe('For editors; of no meaning here.'),
    policies: z.array(policySchema).max(mostEntities.policies).default([]),
    tiers: z.array(tierSchema).max(mostEntities.tiers).default([]),
    clients: z.array(clientSchema).max(mostEntities.clients).default([]),
    keys: z.array(apiKeySchema).max(mostEntities.keys).default([]),
    routes: z.array(routeSchema).max(mostEntities.routes).default([]),
    upstreams: z.array(upstreamSchema).max(mostEntities.upstreams).default([]),
  })
  .superRefine((configuration, context) => {
    for (const { path, message } of referenceFaults(configuration)) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
  })
  .transform(({ $schema: _, ...configuration }) => configuration);

export type Configuration = { readonly [K in Kind]: readonly Entities[K][] };
/** As written: what has a default may be left out. */
export type ConfigurationInput = z.input<typeof configurationSchema>;

export interface ReferenceFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Names given twice, and names that nothing has. */
export function referenceFaults(configuration: Configuration): ReferenceFault[] {
  const { policies, tiers, clients, keys, routes, upstreams } = configuration;
  const faults: ReferenceFault[] = [];
  for (const kind of kinds) faults.push(...duplicates(kind, configuration[kind]));

  const tierNames = new Set(tiers.map(({ name }) => name));
  const clientNames = new Set(clients.map(({ name }) => name));
  const upstreamNames = new Set(upstreams.map(({ name }) => name));
  const expect = (
    names: Set<string>,
    name: string | undefined,
    word: string,
    ...path: ReferenceFault['path']
  ) => {
    if (name !== undefined && !names.has(name)) {
      faults.push({ path, message: `there is no ${word} ${name}` });
    }
  };
  policies.forEach(({ overrides }, p) => {
    overrides.forEach(({ tier }, o) => {
      expect(tierNames, tier, 'tier', 'policies', p, 'overrides', o, 'tier');
    });
  });
  clients.forEach(({ tier }, c) => {
    expect(tierNames, tier, 'tier', 'clients', c, 'tier');
  });
  keys.forEach(({ client, tier }, k) => {
    expect(clientNames, client, 'client', 'keys', k, 'client');
    expect(tierNames, tier, 'tier', 'keys', k, 'tier');
  });
  routes.forEach(({ upstream }, r) => {
    expect(upstreamNames, upstream, 'upstream', 'routes', r, 'upstream');
  });
  faults.push(...sharedCounters(policies), ...sharedUsers(clients));
  return faults;
}

/** Two policies that count under one name would count each other's requests. */
function sharedCounters(policies: readonly Policy[]): ReferenceFault[] {
  const owners = new Map<string, string>();
  const faults: ReferenceFault[] = [];
  policies.forEach(({ name, key_name = name }, index) => {
    const owner = owners.get(key_name);
    if (owner !== undefined && owner !== name) {
      const message = `${owner} counts under ${key_name === '' ? 'the empty name' : key_name} already`;
      faults.push({ path: ['policies', index, 'key_name'], message });
    }
    owners.set(key_name, name);
  });
  const nameless = owners.get('');
  if (nameless === undefined) return faults;
  policies.forEach(({ name, key_name = name }, index) => {
    if (!isKeySuffix(key_name)) return;
    const message = `${key_name} is what Floodgate adds to the keys of ${nameless}, which counts under the empty name`;
    faults.push({ path: ['policies', index, 'key_name'], message });
  });
  return faults;
}

function duplicates(kind: Kind, entities: readonly Entity[]): ReferenceFault[] {
  const seen = new Set<string>();
  const faults: ReferenceFault[] = [];
  entities.forEach((entity, index) => {
    const id = idOf(entity);
    if (seen.has(id)) faults.push({ path: [kind, index], message: `${id} is there twice` });
    seen.add(id);
  });
  return faults;
}

/** A token's user belongs to one client, or its tier would be a matter of order. */
function sharedUsers(clients: readonly Client[]): ReferenceFault[] {
  const owners = new Map<string, string>();
  const faults: ReferenceFault[] = [];
  clients.forEach(({ name, user = name }, index) => {
    const owner = owners.get(user);
    if (owner !== undefined && owner !== name) {
      faults.push({ path: ['clients', index, 'user'], message: `${user} is the user of ${owner}` });
    }
    owners.set(user, name);
  });
  return faults;
}
