import { isDeepStrictEqual } from 'node:util';
import type { Upstream } from '../policy';
import { type Candidate, hashOf } from './balance';
import type { Ejectable } from './ejection';
import { createHealth } from './health';
import { type HealthCheck, startHealthCheck } from './health-check';
import type { Target, TargetStatus } from './port';
import type { Resolver } from './resolver';
import { createTargetPool, type TargetPool } from './target-pool';

/** One connection, apart from the requests': a target that has much to do is not an ill one. */
const CHECK_CONNECTIONS = 1;

/**
 * A target, its connections, and all that is known of it. Lives as long as the upstream names its URL,
 * and then until its last request has ended.
 */
export class LiveTarget implements Target, Candidate, Ejectable {
  readonly seed: number;
  weight = 0;
  credit = 0;
  /** Upgraded ones included. */
  inFlight = 0;
  upgraded = 0;
  /** The next two: since it was first named. */
  requests = 0;
  failures = 0;
  failuresInARow = 0;
  ejectionsInARow = 0;
  ejectedUntilMs = 0;
  /** Whether its ejection was told, and its return not yet. */
  isEjected = false;
  /** No longer named by the upstream: takes no request. */
  isRetired = false;
  private pool: TargetPool;
  private checkPool: TargetPool | undefined;
  private check: HealthCheck | undefined;
  private health = createHealth();
  /** No longer used, with requests in flight yet. */
  private readonly leaving = new Set<TargetPool>();

  /** @param onHealth told when active checks find it healthy or unhealthy */
  constructor(
    readonly url: string,
    definition: Upstream,
    private readonly resolver: Resolver,
    private readonly onHealth: (target: LiveTarget) => void,
  ) {
    this.seed = hashOf(url);
    this.pool = this.openPool(definition, definition.connections.per_target);
    this.startCheck(definition);
  }

  get origin(): string {
    return this.pool.origin;
  }

  get host(): string {
    return this.pool.host;
  }

  get dispatcher(): Target['dispatcher'] {
    return this.pool.dispatcher;
  }

  /** Those that it has, and requests that wait for one. */
  get connections(): number {
    return this.inFlight - this.upgraded;
  }

  get isUnhealthy(): boolean {
    return this.health.state === 'unhealthy';
  }

  /** What the last check met, when it failed. */
  get fault(): string | undefined {
    return this.health.fault;
  }

  /** Takes what differs of connections and checks; connections in use end with their requests. */
  follow(before: Upstream, next: Upstream): void {
    const isSameConnect = before.timeouts.connect_ms === next.timeouts.connect_ms;
    if (!isSameConnect || before.connections.per_target !== next.connections.per_target) {
      this.letGo(this.pool);
      this.pool = this.openPool(next, next.connections.per_target);
    }
    const isSameCheck = isDeepStrictEqual(before.health_check, next.health_check);
    if (isSameConnect && isSameCheck && before.host === next.host) return;
    this.stopCheck();
    if (next.health_check === undefined) this.health = createHealth();
    this.startCheck(next);
  }

  /** Ends its checks. Its connections stay for requests that have chosen it. */
  retire(): void {
    this.isRetired = true;
    this.stopCheck();
  }

  /**
   * Resolves when its connections have ended, with their last requests.
   * @param longestMs requests still in flight after that are broken off; none when left out
   */
  async close(longestMs?: number): Promise<void> {
    this.retire();
    this.letGo(this.pool);
    await Promise.all([...this.leaving].map((pool) => pool.close(longestMs)));
  }

  /** @param toUnixMs makes a time for people of a monotonic one */
  status(nowMs: number, toUnixMs: (atMs: number) => number): TargetStatus {
    const { url, weight, requests, failures, ejectedUntilMs } = this;
    return {
      url,
      weight,
      health: this.health.state,
      healthFault: this.health.fault,
      ejectedUntilMs: ejectedUntilMs > nowMs ? toUnixMs(ejectedUntilMs) : undefined,
      inFlight: this.connections,
      requests,
      failures,
      addresses: this.pool.addresses,
    };
  }

  private openPool({ timeouts }: Upstream, connections: number): TargetPool {
    return createTargetPool(this.url, {
      connections,
      connectTimeoutMs: timeouts.connect_ms,
      resolver: this.resolver,
    });
  }

  private startCheck(definition: Upstream): void {
    const { health_check: settings, host } = definition;
    if (settings === undefined) return;
    const pool = this.openPool(definition, CHECK_CONNECTIONS);
    this.checkPool = pool;
    this.check = startHealthCheck({
      settings,
      dispatcher: () => pool.dispatcher,
      // A check has no client whose host it could name.
      host: host === 'target' || host === 'client' ? pool.host : host,
      onResult: (fault) => {
        if (this.health.note(fault, settings)) this.onHealth(this);
      },
    });
  }

  private stopCheck(): void {
    this.check?.stop();
    this.check = undefined;
    if (this.checkPool !== undefined) this.letGo(this.checkPool);
    this.checkPool = undefined;
  }

  private letGo(pool: TargetPool): void {
    this.leaving.add(pool);
    void pool.close().then(() => this.leaving.delete(pool));
  }
}
