import type { Redis } from 'ioredis';
import { expect, vi } from 'vitest';
import { z } from 'zod';
import { RedisServer } from './redis';

const MASTER = 'floodgate';
const SENTINELS = 3;
/** How long a silent master counts as alive, ms. */
const DOWN_AFTER_MS = 500;
/** An election without a winner is held again after twice this, ms. */
const FAILOVER_TIMEOUT_MS = 2_000;

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
            `sentinel failover-timeout ${MASTER} ${FAILOVER_TIMEOUT_MS}`,
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

  /** Makes the replica the master. The one that was it becomes a replica: see `settled`. */
  async failOver(): Promise<void> {
    const before = await this.master();
    await this.admins[0]?.call('SENTINEL', 'FAILOVER', MASTER);
    for (const admin of this.admins) {
      await vi.waitFor(
        async () => expect(await this.master(admin)).not.toBe(before),
        FAILOVER_TIMEOUT_MS * 4,
      );
    }
  }

  /** Resolves when a server that may take over has all that the master has. */
  async confirmWrites(): Promise<void> {
    await this.settled();
    const admin = (await this.master()).connect();
    expect(await admin.wait(1, 10_000)).toBe(1);
    admin.disconnect();
  }

  /** Kills whichever is the master now. */
  async killMaster(): Promise<void> {
    await (await this.master()).kill();
  }

  /** As a Sentinel says. */
  private async master(admin = this.admins[0]): Promise<RedisServer> {
    const [, port] = addressSchema.parse(
      await admin?.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', MASTER),
    );
    return this.first.port === port ? this.first : this.second;
  }

  /**
   * Resolves when every Sentinel knows the others and the same master, and the other server follows it:
   * it is told of what is written only once it has confirmed something. A master that was replaced
   * without going away becomes a replica only some ten seconds later.
   */
  async settled(): Promise<void> {
    const master = await this.master();
    const follower = master === this.first ? this.second : this.first;
    const settling = this.admins.map((admin) =>
      vi.waitFor(async () => {
        const seen = fieldsOf(await admin.call('SENTINEL', 'MASTER', MASTER));
        expect(seen).toMatchObject({
          port: String(master.port),
          flags: 'master',
          'num-slaves': '1',
          'num-other-sentinels': String(SENTINELS - 1),
        });
      }, 20_000),
    );
    const leader = master.connect();
    const following = vi.waitFor(async () => {
      const [role, , replicas] = await leader.role();
      expect(role).toBe('master');
      const [replica] = z.array(replicaSchema).parse(replicas);
      expect(replica?.port).toBe(follower.port);
      expect(replica?.confirmed).toBeGreaterThan(0);
    }, 20_000);
    await Promise.all([...settling, following]).finally(() => leader.disconnect());
  }

  async stop(): Promise<void> {
    for (const admin of this.admins) admin.disconnect();
    const servers = [...this.sentinels, this.second, this.first];
    await Promise.all(servers.map((server) => server.stop()));
  }
}

const addressSchema = z.tuple([z.string(), z.coerce.number()]);
const replicaSchema = z
  .tuple([z.string(), z.coerce.number(), z.coerce.number()])
  .transform(([, port, confirmed]) => ({ port, confirmed }));

/** Of a reply of names and values in turn. */
function fieldsOf(reply: unknown): Readonly<Record<string, string>> {
  const texts = z.array(z.string()).parse(reply);
  return Object.fromEntries(
    texts.flatMap((name, index) => (index % 2 === 0 ? [[name, texts[index + 1] ?? '']] : [])),
  );
}
