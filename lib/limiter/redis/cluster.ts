import calculateSlot from 'cluster-key-slot';
import { StoreError } from '../store';
import { createRedisClient } from './client';
import { type ClusterNode, createClusterNodes } from './cluster-nodes';
import type { Command } from './connection';
import { withDeadline } from './deadline';
import {
  type AskOptions,
  type Deployment,
  type DeploymentOptions,
  SlotMovingError,
} from './deployment';
import { messageOf } from './failure';
import { type Redirection, redirectionOf } from './redirection';
import { parseSlots, resolved, SLOTS, type SlotRange } from './slot-map';

const MIN_REFRESH_WAIT_MS = 50;
const MAX_REFRESH_WAIT_MS = 1_000;
/** Between attempts at a decision whose keys are divided between two nodes. */
const DIVIDED_WAIT_MS = 5;

/**
 * The masters of a Redis Cluster. One that is gone takes only its slots with it. Not ioredis's
 * Cluster: that queues commands for nodes it is still connecting to, refuses others meanwhile, and
 * has one state for all nodes.
 */
export function createCluster(options: DeploymentOptions): Deployment {
  const { endpoint, timeoutMs, failures, availability } = options;
  const owners = new Array<ClusterNode | undefined>(SLOTS).fill(undefined);
  const masters = new Set<ClusterNode>();
  let isComplete = false;
  let isClosed = false;
  let refreshTimer: NodeJS.Timeout | undefined;
  let refreshWaitMs = MIN_REFRESH_WAIT_MS;
  let lastFailure = 'no node has told of the slots';

  const nodes = createClusterNodes({
    ...options,
    // A node without slots proves by any answer that it lives.
    probe: (node) =>
      masters.has(node)
        ? options.probe((key) => owners[calculateSlot(key)] === node)
        : (client) => client.ping(),
    onDown({ message }) {
      lastFailure = message;
      reportAvailability();
      refreshSoon();
    },
    onUp: reportAvailability,
  });

  function reportAvailability(): void {
    // Before the first map nothing is known; connect() then tells what became of it.
    if (masters.size > 0) availability.report(isWhole(), lastFailure);
  }

  function isWhole(): boolean {
    return isComplete && [...masters].every(({ connection }) => connection.isReachable);
  }

  function refreshSoon(): void {
    if (refreshTimer !== undefined || isClosed) return;
    refreshTimer = setTimeout(refresh, refreshWaitMs * (0.5 + Math.random()));
    refreshTimer.unref();
  }

  async function refresh(): Promise<void> {
    try {
      await readSlots();
    } catch (error) {
      lastFailure = messageOf(error);
    }
    refreshTimer = undefined;
    if (isClosed) return;
    availability.report(isWhole(), lastFailure);
    refreshWaitMs = isWhole()
      ? MIN_REFRESH_WAIT_MS
      : Math.min(MAX_REFRESH_WAIT_MS, refreshWaitMs * 2);
    if (!isWhole()) refreshSoon();
  }

  /** @throws what the last of the nodes said when none of them knows; the old map then stays */
  async function readSlots(): Promise<void> {
    let failure: unknown;
    for (const { address, connection } of whoMayKnow()) {
      await connection.open();
      try {
        const reply = await connection.ask((client) => client.cluster('SLOTS'), { isVital: false });
        return await adopt(parseSlots(reply, address.host));
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  function* whoMayKnow(): Generator<ClusterNode> {
    yield* nodes.reachable();
    for (const host of endpoint.hosts) yield nodes.at(host);
  }

  async function adopt(ranges: readonly SlotRange[]): Promise<void> {
    const owned = ranges.map(({ first, last, master }) => ({
      first,
      last,
      node: nodes.at(master),
    }));
    // Until then the old owners redirect, and nobody meets a connection that is not there yet.
    await Promise.all(owned.map(({ node }) => node.connection.open()));
    owners.fill(undefined);
    masters.clear();
    for (const { first, last, node } of owned) {
      owners.fill(node, first, last + 1);
      masters.add(node);
    }
    isComplete = !owners.includes(undefined);
    nodes.prune(masters);
  }

  async function ask<T>(slot: number, command: Command<T>, askOptions: AskOptions = {}) {
    const owner = owners[slot];
    if (owner === undefined) {
      refreshSoon();
      throw clusterDown(`no node serves slot ${slot}`);
    }
    try {
      return await owner.connection.ask(command, askOptions);
    } catch (error) {
      const redirection = redirectionOf(error);
      if (redirection === undefined) throw error;
      const answer = follow(slot, owner, redirection, command, askOptions);
      return withDeadline(answer, timeoutMs);
    }
  }

  async function follow<T>(
    slot: number,
    from: ClusterNode,
    redirection: Redirection,
    command: Command<T>,
    askOptions: AskOptions,
  ): Promise<T> {
    const deadline = performance.now() + timeoutMs;
    let asked = from;
    let next = redirection;
    while (performance.now() < deadline) {
      failures.add('redirected');
      if (askOptions.tellsMoving && next.kind !== 'moved') throw new SlotMovingError();
      asked = await nextNode(slot, asked, next);
      try {
        const isAsking = next.kind === 'ask';
        return await asked.connection.ask(command, { ...askOptions, isAsking });
      } catch (error) {
        const another = redirectionOf(error);
        if (another === undefined) throw error;
        next = another;
      }
    }
    throw clusterDown(`slot ${slot} is divided between two nodes`);
  }

  async function nextNode(slot: number, asked: ClusterNode, next: Redirection) {
    if (next.kind === 'divided') {
      await new Promise((resolve) => setTimeout(resolve, DIVIDED_WAIT_MS));
      return owners[slot] ?? asked;
    }
    const node = nodes.at({ host: resolved(next.to.host, asked.address.host), port: next.to.port });
    if (next.kind === 'moved') {
      owners[slot] = node;
      refreshSoon();
    }
    await node.connection.open();
    return node;
  }

  function clusterDown(message: string): StoreError {
    failures.add('cluster-down');
    return new StoreError('cluster-down', message);
  }

  return {
    groupOf: calculateSlot,
    isReachable: (slot) => owners[slot]?.connection.isReachable !== false,
    ask,
    async connect() {
      await withDeadline(refresh(), timeoutMs).catch(() => undefined);
      availability.report(isWhole(), lastFailure);
    },
    get connections() {
      return [...masters].map(({ connection }) => connection);
    },
    createClient(overrides) {
      const candidates = nodes.reachable();
      const chosen = candidates[Math.floor(Math.random() * candidates.length)];
      return createRedisClient(endpoint, chosen?.address, overrides);
    },
    close() {
      isClosed = true;
      clearTimeout(refreshTimer);
      nodes.close();
    },
  };
}
