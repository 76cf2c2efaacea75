import type { Call } from '../http';
import type { Store } from '../limiter';
import type { Revision } from './change';
import { type CompiledPolicy, compilePolicy } from './compiled-policy';
import { createMatchIndex, type MatchIndex } from './match-index';
import type { ApiKey, Client, Configuration, Policy, Route } from './model';
import type { Candidate } from './selection';

/** A revision made ready to be asked by every request. Immutable. */
export interface Snapshot {
  readonly version: number;
  readonly configuration: Configuration;
  /** In order of evaluation, off ones left out, up to and including the first enforced final one. */
  policiesFor(call: Call): readonly CompiledPolicy[];
  /** The most specific one that a call matches. */
  routeFor(call: Call): Route | undefined;
  policy(name: string): CompiledPolicy | undefined;
  key(id: string): ApiKey | undefined;
  client(name: string): Client | undefined;
  clientOfUser(user: string): Client | undefined;
}

/**
 * Compiles revisions over a store. What a revision left as it was keeps its compiled form, and with it
 * its limiters.
 */
export function createCompiler(store: Store): (revision: Revision) => Snapshot {
  const compiled = new WeakMap<Policy, CompiledPolicy>();

  function compileOnce(policy: Policy): CompiledPolicy {
    const known = compiled.get(policy) ?? compilePolicy(store, policy);
    compiled.set(policy, known);
    return known;
  }

  const policiesOf = whileSame((policies: readonly Policy[]) => {
    const all = policies.map(compileOnce);
    const byName = new Map(all.map((policy) => [policy.policy.name, policy] as const));
    return { byName, index: policyIndex(all) };
  });
  const routesOf = whileSame(routeIndex);
  const keysOf = whileSame((keys: readonly ApiKey[]) => {
    return new Map(keys.map((key) => [key.id, key] as const));
  });
  const clientsOf = whileSame((clients: readonly Client[]) => {
    const byName = new Map(clients.map((client) => [client.name, client] as const));
    const byUser = new Map(clients.map((client) => [client.user ?? client.name, client] as const));
    return { byName, byUser };
  });

  return ({ version, configuration }) => {
    const policies = policiesOf(configuration.policies);
    const routes = routesOf(configuration.routes);
    const keys = keysOf(configuration.keys);
    const clients = clientsOf(configuration.clients);
    return {
      version,
      configuration,
      policiesFor: policies.index.matching,
      routeFor: (call) => routes.matching(call)[0],
      policy: (name) => policies.byName.get(name),
      key: (id) => keys.get(id),
      client: (name) => clients.byName.get(name),
      clientOfUser: (user) => clients.byUser.get(user),
    };
  };
}

/** Makes something of a list once, and again only when another entity is in it. */
function whileSame<T, R>(make: (list: readonly T[]) => R): (list: readonly T[]) => R {
  let last: { readonly list: readonly T[]; readonly result: R } | undefined;
  return (list) => {
    const isSame =
      last?.list.length === list.length && last.list.every((item, index) => item === list[index]);
    if (last === undefined || !isSame) last = { list, result: make(list) };
    return last.result;
  };
}

/** Higher priority first, then the more specific path, then the name. */
function policyIndex(policies: readonly CompiledPolicy[]): MatchIndex<CompiledPolicy> {
  const active = policies.filter(({ policy }) => policy.mode !== 'off');
  return createMatchIndex(active, {
    matchOf: ({ policy }) => policy.match,
    isFinal: ({ policy }) => policy.final && policy.mode === 'enforce',
    compare: (a, b) =>
      b.entry.policy.priority - a.entry.policy.priority ||
      b.specificity - a.specificity ||
      byText(a.entry.policy.name, b.entry.policy.name),
  });
}

/** A named host before a domain before any host, then the more specific path, then named methods. */
function routeIndex(routes: readonly Route[]): MatchIndex<Route> {
  return createMatchIndex(routes, {
    matchOf: ({ match }) => match,
    isFinal: () => true,
    compare: (a, b) =>
      b.hostRank - a.hostRank ||
      b.specificity - a.specificity ||
      methodRank(b) - methodRank(a) ||
      byText(a.entry.name, b.entry.name),
  });
}

function methodRank({ entry }: Candidate<Route>): number {
  return entry.match.methods.length > 0 ? 1 : 0;
}

function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
