import type { StoreError } from '../store';
import { createRedisClient } from './client';
import { type Command, type Connection, createConnection } from './connection';
import type { DeploymentOptions } from './deployment';
import type { HostAndPort } from './redis-url';

/** A master of the cluster, or a server that may know it. */
export interface ClusterNode {
  readonly address: HostAndPort;
  readonly connection: Connection;
}

export interface ClusterNodes {
  /** The node there; connects to it when it is new. */
  at(address: HostAndPort): ClusterNode;
  reachable(): ClusterNode[];
  /** Lets go of nodes that are not `needed` and are gone, or were not named for a minute. */
  prune(needed: ReadonlySet<ClusterNode>): void;
  close(): void;
}

export interface ClusterNodesOptions extends Omit<DeploymentOptions, 'availability' | 'probe'> {
  readonly probe: (node: ClusterNode) => Command<unknown>;
  readonly onDown: (failure: StoreError) => void;
  readonly onUp: () => void;
}

const IDLE_MS = 60_000;

/** The cluster's nodes by address, each with a connection and a breaker of its own. */
export function createClusterNodes(options: ClusterNodesOptions): ClusterNodes {
  const { endpoint, timeoutMs, failures, probe, onDown, onUp } = options;
  const nodes = new Map<string, ClusterNode>();
  /** When somebody last named it, monotonic ms. */
  const namedAtMs = new Map<string, number>();

  function create(address: HostAndPort, name: string): ClusterNode {
    const connection = createConnection({
      name,
      client: createRedisClient(endpoint, address),
      timeoutMs,
      failures,
      isClusterNode: true,
      probe: (client, isAsking) => probe(node)(client, isAsking),
      onDown,
      onUp,
    });
    const node = { address, connection };
    void connection.open();
    return node;
  }

  return {
    at(address) {
      const name = `${address.host}:${address.port}`;
      const node = nodes.get(name) ?? create(address, name);
      nodes.set(name, node);
      namedAtMs.set(name, performance.now());
      return node;
    },
    reachable: () => [...nodes.values()].filter(({ connection }) => connection.isReachable),
    prune(needed) {
      for (const [name, node] of nodes) {
        const isIdle = performance.now() - (namedAtMs.get(name) ?? 0) > IDLE_MS;
        if (needed.has(node) || (node.connection.isReachable && !isIdle)) continue;
        nodes.delete(name);
        namedAtMs.delete(name);
        node.connection.close();
      }
    },
    close() {
      for (const { connection } of nodes.values()) connection.close();
    },
  };
}
