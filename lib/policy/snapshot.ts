import type { Call } from '../http';
import type { Store } from '../limiter';
import type { Revision } from './change';
import { type CompiledPolicy, compilePolicy } from './compiled-policy';
import { createMatchIndex, specificityOf } from './match-index';
import type { ApiKey, Client, Configuration, Policy, Route } from './model';

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

  return ({ version, configuration }) => {
    const policies = new Map(
      configuration.policies.map((policy) => [policy.name, compileOnce(policy)] as const),
    );
    const policyIndex = createMatchIndex(inOrder([...policies.values()]), {
      matchOf: ({ policy }) => policy.match,
      isFinal: ({ policy }) => policy.final && policy.mode === 'enforce',
    });
    const routeIndex = createMatchIndex(routesInOrder(configuration.routes), {
      matchOf: ({ match }) => match,
      isFinal: () => true,
    });
    const keys = new Map(configuration.keys.map((key) => [key.id, key] as const));
    const clients = new Map(configuration.clients.map((client) => [client.name, client] as const));
    const users = new Map(
      configuration.clients.map((client) => [client.user ?? client.name, client] as const),
    );
    return {
      version,
      configuration,
      policiesFor: policyIndex.matching,
      routeFor: (call) => routeIndex.matching(call)[0],
      policy: (name) => policies.get(name),
      key: (id) => keys.get(id),
      client: (name) => clients.get(name),
      clientOfUser: (user) => users.get(user),
    };
  };
}

/** Higher priority first, then the more specific path, then the name. */
function inOrder(policies: readonly CompiledPolicy[]): CompiledPolicy[] {
  return policies
    .filter(({ policy }) => policy.mode !== 'off')
    .map((compiledPolicy) => {
      return { compiledPolicy, specificity: specificityOf(compiledPolicy.policy.match) };
    })
    .sort(
      (a, b) =>
        b.compiledPolicy.policy.priority - a.compiledPolicy.policy.priority ||
        order(b.specificity, a.specificity) ||
        order(a.compiledPolicy.policy.name, b.compiledPolicy.policy.name),
    )
    .map(({ compiledPolicy }) => compiledPolicy);
}

/** A named host before a domain before any host, then the more specific path, then the name. */
function routesInOrder(routes: readonly Route[]): Route[] {
  return routes
    .map((route) => ({ route, specificity: hostRank(route) + specificityOf(route.match) }))
    .sort((a, b) => order(b.specificity, a.specificity) || order(a.route.name, b.route.name))
    .map(({ route }) => route);
}

function hostRank({ match }: Route): string {
  if (match.hosts.length === 0) return '0';
  return match.hosts.some((host) => host.startsWith('*.')) ? '1' : '2';
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
