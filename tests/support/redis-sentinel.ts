import type { Redis } from 'ioredis';
import { vi } from 'vitest';
import { RedisServer } from './redis';

const MASTER = 'floodgate';
const SENTINELS = 3;
/** How long a silent master counts as alive, ms. */
const DOWN_AFTER_MS = 500;

/** A private master with a replica, and three Sentinels that watch them. */
export class SentinelGroup {
  private constructor(
    private readonly first: RedisServer,
    private readonly second: RedisServer,
    private readonly sentinels: readonly RedisServer[],
    private readonly admins: readonly Redis[],
  ) {}

  static async start(): Promise<SentinelGroup> {
    const config = ['repl-diskless-sync-delay 0'];
    const master = await RedisServer.start(undefined, { config });
    const replica = await RedisServer.start(undefined, {
      config: [...config, `replicaof 127.0.0.1 ${master.port}`],
    });
    const sentinels = await Promise.all(
      Array.from({ length: SENTINELS }, () =>
        RedisServer.start(undefined, {
          isSentinel: true,
          config: [
            `sentinel monitor ${MASTER} 127.0.0.1 ${master.port} 2`,
            `sentinel down-after-milliseconds ${MASTER} ${DOWN_AFTER_MS}`,
            `sentinel failover-timeout ${MASTER} 5000`,
          ],
        }),
      ),
    );
    const admins = sentinels.map((sentinel) => sentinel.connect());
    const group = new SentinelGroup(master, replica, sentinels, admins);
    await group.settled();
    return group;
  }

  get url(): string {
    return `redis-sentinel://${this.sentinels.map(({ address }) => address).join(',')}/${MASTER}`;
  }

  /** Makes the replica the master and the master its replica. */
  async failOver(): Promise<void> {
    await this.admins[0]?.call('SENTINEL', 'FAILOVER', MASTER);
    await this.settled();
  }

  /** Kills whichever is the master now. */
  async killMaster(): Promise<void> {
    for (const server of [this.first, this.second]) {
      const admin = server.connect();
      const [role] = await admin.role();
      admin.disconnect();
      if (role === 'master') await server.kill();
    }
  }

  /** Resolves when every Sentinel knows the others and the replica. */
  private async settled(): Promise<void> {
    const isSettled = async (admin: Redis) => {
      const info = await admin.info('sentinel');
      if (!info.includes(`slaves=1,sentinels=${SENTINELS}`)) throw new Error(info);
    };
    await Promise.all(this.admins.map((admin) => vi.waitFor(() => isSettled(admin), 20_000)));
  }

  async stop(): Promise<void> {
    for (const admin of this.admins) admin.disconnect();
    const servers = [...this.sentinels, this.second, this.first];
    await Promise.all(servers.map((server) => server.stop()));
  }
}
