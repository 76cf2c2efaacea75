import calculateSlot from 'cluster-key-slot';
import type { Redis } from 'ioredis';
import { expect, vi } from 'vitest';
import { z } from 'zod';
import { freePort } from './free-port';
import { RedisServer } from './redis';

export interface ClusterMember {
  readonly server: RedisServer;
  readonly admin: Redis;
  readonly id: string;
  readonly busPort: number;
}

const SLOTS = 16_384;
/** How long a silent node counts as alive, ms. */
const NODE_TIMEOUT_MS = 500;

/** A private Redis Cluster: masters that share the slots evenly, and perhaps a replica of each. */
export class RedisCluster {
  private constructor(
    readonly masters: readonly ClusterMember[],
    readonly replicas: readonly ClusterMember[],
  ) {}

  static async start(options: { replicas: boolean }): Promise<RedisCluster> {
    const members = await Promise.all(
      Array.from({ length: options.replicas ? 6 : 3 }, () => startMember()),
    );
    const [masters, replicas] = [members.slice(0, 3), members.slice(3)];
    await Promise.all(
      members.map(({ admin }, index) => admin.cluster('SET-CONFIG-EPOCH', index + 1)),
    );
    await Promise.all(
      masters.map(({ admin }, index) => admin.cluster('ADDSLOTSRANGE', ...rangeOf(index))),
    );
    for (const { admin } of members.slice(1)) {
      const first = members[0];
      if (first === undefined) break;
      await admin.cluster('MEET', '127.0.0.1', first.server.port, first.busPort);
    }
    const cluster = new RedisCluster(masters, replicas);
    await cluster.settled(members.length);
    for (const [index, { admin }] of replicas.entries()) {
      await admin.cluster('REPLICATE', masters[index]?.id ?? '');
    }
    await Promise.all(replicas.map(({ admin }) => vi.waitFor(() => hasSynced(admin), 10_000)));
    await cluster.settled(members.length);
    return cluster;
  }

  /** Naming one node is enough. */
  get url(): string {
    return `redis-cluster://${this.masters[0]?.server.address}`;
  }

  get members(): readonly ClusterMember[] {
    return [...this.masters, ...this.replicas];
  }

  /** The master that had the key's slot at the start. */
  masterOf(key: string): ClusterMember {
    const index = Math.min(2, Math.floor((calculateSlot(key) * 3) / SLOTS));
    const master = this.masters[index];
    if (master === undefined) throw new RangeError(`no master ${index}`);
    return master;
  }

  /** Resolves when every living node knows all others and all slots are served. */
  async settled(known: number, members = this.members): Promise<void> {
    const isSettled = async ({ admin }: ClusterMember) => {
      const info = await admin.cluster('INFO');
      const isOk = info.includes('cluster_state:ok');
      if (isOk && info.includes(`cluster_known_nodes:${known}`)) return;
      throw new Error(info);
    };
    await Promise.all(members.map((member) => vi.waitFor(() => isSettled(member), 20_000)));
  }

  /**
   * Moves a slot to another node, key by key as redis-cli does.
   * @param onKey called between keys
   */
  async moveSlot(slot: number, from: ClusterMember, to: ClusterMember, onKey = async () => {}) {
    await to.admin.cluster('SETSLOT', slot, 'IMPORTING', from.id);
    await from.admin.cluster('SETSLOT', slot, 'MIGRATING', to.id);
    for (;;) {
      await onKey();
      const [key] = await from.admin.cluster('GETKEYSINSLOT', slot, 1);
      if (key === undefined) break;
      await from.admin.migrate('127.0.0.1', to.server.port, String(key), 0, 5_000);
    }
    await to.admin.cluster('SETSLOT', slot, 'NODE', to.id);
    for (const { admin } of this.masters) await admin.cluster('SETSLOT', slot, 'NODE', to.id);
    // A replica hears of it by gossip, and one that has not yet would lose the slot in a failover.
    await Promise.all(
      this.members.map(({ admin }) =>
        vi.waitFor(async () => expect(await ownerOf(slot, admin)).toBe(to.id), 10_000),
      ),
    );
  }

  async stop(): Promise<void> {
    for (const { admin } of this.members) admin.disconnect();
    await Promise.all(this.members.map(({ server }) => server.stop()));
  }
}

async function startMember(): Promise<ClusterMember> {
  // By default the bus is at the port plus 10,000, which may be no port.
  const busPort = await freePort();
  const server = await RedisServer.start(undefined, {
    config: [
      'cluster-enabled yes',
      `cluster-port ${busPort}`,
      `cluster-node-timeout ${NODE_TIMEOUT_MS}`,
      'repl-diskless-sync-delay 0',
      'cluster-replica-validity-factor 0',
    ],
  });
  const admin = server.connect();
  return { server, admin, id: await admin.cluster('MYID'), busPort };
}

const slotsSchema = z.array(
  z.tuple([z.int(), z.int(), z.tuple([z.string(), z.int(), z.string()], z.unknown())], z.unknown()),
);

/** Whose a slot is, as this node has it. */
async function ownerOf(slot: number, admin: Redis): Promise<string | undefined> {
  const ranges = slotsSchema.parse(await admin.cluster('SLOTS'));
  return ranges.find(([first, last]) => first <= slot && slot <= last)?.[2][2];
}

function rangeOf(index: number): [number, number] {
  return [Math.floor((index * SLOTS) / 3), Math.floor(((index + 1) * SLOTS) / 3) - 1];
}

async function hasSynced(admin: Redis): Promise<void> {
  const info = await admin.info('replication');
  if (!info.includes('master_link_status:up')) throw new Error(info);
}
