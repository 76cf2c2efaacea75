import { z } from 'zod';
import { algorithmOf } from '../algorithms';
import type { Limit } from '../limit';
import {
  type Check,
  type Ruling,
  type Store,
  StoreError,
  type StoreHealth,
  type Target,
} from '../store';
import { createAvailability } from './availability';
import { createBatcher } from './batcher';
import { createCluster } from './cluster';
import type { Command, Connection } from './connection';
import { SlotMovingError } from './deployment';
import { FailureCounts } from './failure';
import { whileMoving } from './moving-slot';
import { parseRedisUrl } from './redis-url';
import { createResetChannel } from './reset-channel';
import { createEvaluate, loadScripts, type Script, type ScriptCall } from './script';
import { createSingleServer } from './single-server';

export interface RedisStoreOptions {
  /** `redis://`, `redis-sentinel://` or `redis-cluster://`, with `rediss` for TLS. */
  readonly url: string;
  /** Longest wait for Redis, ms. Past it the decision fails and the server is left alone until it answers a probe. */
  readonly timeoutMs: number;
  /** Folder of the Lua files. */
  readonly scripts: string;
  /** Told when Redis stops to answer for some keys or all. */
  readonly onUnreachable?: (reason: string) => void;
  /** Told when Redis is set up so that it may forget counters. */
  readonly onEvicting?: (maxmemoryPolicy: string) => void;
  /** @param outageMs how long Redis was away */
  readonly onRecovered?: (outageMs: number) => void;
}

export interface RedisStore extends Store {
  /** Waits for the first connection, at most the timeout. Never throws: an absent Redis is an outage like any other. */
  connect(): Promise<void>;
}

const PROBE_LIMIT = {
  algorithm: 'fixed-window',
  name: 'probe',
  quota: Number.MAX_SAFE_INTEGER,
  windowMs: 1_000,
} satisfies Limit;

const maxmemoryPolicySchema = z.tuple([z.literal('maxmemory-policy'), z.string()]);
/** TIME: seconds and microseconds. */
const timeSchema = z.tuple([z.coerce.number().int(), z.coerce.number().int()]);

/**
 * Counters in Redis, shared by all replicas. One script call per turn of the event loop, in a
 * cluster one per slot.
 * @throws RedisUrlError
 */
export function createRedisStore(options: RedisStoreOptions): RedisStore {
  const { timeoutMs, onUnreachable, onRecovered, onEvicting } = options;
  const endpoint = parseRedisUrl(options.url);
  const isCluster = endpoint.mode === 'cluster';
  const scripts = loadScripts(options.scripts);
  const failures = new FailureCounts();
  const evaluate = createEvaluate(failures);
  let measurement: Promise<StoreHealth> | undefined;

  const availability = createAvailability({
    onLost: (reason) => onUnreachable?.(reason),
    onRegained(outageMs) {
      resets.renew();
      onRecovered?.(outageMs);
    },
  });
  const deployment = (isCluster ? createCluster : createSingleServer)({
    endpoint,
    timeoutMs,
    failures,
    availability,
    probe: (suits) => run(scripts.decide, probeCall(suits)),
  });
  const resets = createResetChannel({
    db: endpoint.db,
    createClient: deployment.createClient,
    failures,
  });
  const batcher = createBatcher(
    (call, group) => deployment.ask(group, run(scripts.decide, call), { tellsMoving: true }),
    {
      sendAlone: (call, group) =>
        askWhileMoving(
          scripts.decideWhileMoving,
          call,
          group,
          call.pending.flatMap(({ checks }) => checks),
        ),
      onFailure: (kind) => failures.add(kind),
    },
  );

  function run(script: Script, call: ScriptCall): Command<unknown> {
    return (client, isAsking) => evaluate(client, script, call, isAsking);
  }

  async function askWhileMoving(
    script: Script,
    call: ScriptCall,
    group: number,
    targets: readonly Target[],
  ): Promise<unknown> {
    const [seconds, micros] = timeSchema.parse(
      await deployment.ask(group, (client) => client.time()),
    );
    const nowMs = seconds * 1_000 + Math.floor(micros / 1_000);
    return deployment.ask(group, whileMoving(evaluate, script, call, targets, nowMs));
  }

  function groupOf(checks: readonly Check[]): number {
    return deployment.groupOf(checks[0]?.key ?? '');
  }

  function canDecideTogether(checks: readonly Check[]): boolean {
    if (checks.length < 2) return true;
    const group = groupOf(checks);
    for (const { key } of checks) if (deployment.groupOf(key) !== group) return false;
    return true;
  }

  /** @throws StoreError when the checks' keys are not of one group */
  function decide(checks: readonly Check[]): Promise<Ruling> {
    const group = groupOf(checks);
    if (!canDecideTogether(checks)) {
      throw new StoreError('refused', 'the keys of one decision are not in one cluster slot');
    }
    if (deployment.isReachable(group)) return batcher.decide(checks, group);
    throw new StoreError('disconnected', 'Redis is unreachable');
  }

  async function release({ key, limit }: Target, lease: string): Promise<void> {
    const group = deployment.groupOf(key);
    const call = { keys: [key], args: [...numbersOf(limit), lease] };
    const options = { isVital: false, tellsMoving: true };
    try {
      await deployment.ask(group, run(scripts.release, call), options);
    } catch (error) {
      if (!(error instanceof SlotMovingError)) throw error;
      await askWhileMoving(scripts.releaseWhileMoving, call, group, [{ key, limit }]);
    }
  }

  async function reset(targets: readonly Target[]): Promise<void> {
    const groups = new Map<number, Target[]>();
    for (const target of targets) {
      const group = deployment.groupOf(target.key);
      groups.set(group, [...(groups.get(group) ?? []), target]);
    }
    await Promise.all([...groups].map(([group, ofGroup]) => resetGroup(group, ofGroup)));
    await announce(targets.map(({ key }) => key));
  }

  async function resetGroup(group: number, targets: readonly Target[]): Promise<void> {
    const call = {
      keys: targets.map(({ key }) => key),
      args: targets.flatMap(({ limit }) => numbersOf(limit)),
    };
    const options = { isVital: false, tellsMoving: true };
    try {
      await deployment.ask(group, run(scripts.reset, call), options);
    } catch (error) {
      if (!(error instanceof SlotMovingError)) throw error;
      throw new StoreError('cluster-down', 'the keys are on their way to another node: try again');
    }
  }

  async function block(key: string, ms: number): Promise<void> {
    const set: Command<unknown> = (client, isAsking) => {
      if (isAsking) client.asking().catch(() => undefined);
      return client.set(`${key}:blocked`, '1', 'PX', ms);
    };
    await deployment.ask(deployment.groupOf(key), set, { isVital: false });
    await announce([key]);
  }

  /** What is done is done, even if the others cannot be told: the failure is only counted. */
  async function announce(keys: readonly string[]): Promise<void> {
    for (const key of keys) resets.tell(key);
    const told = keys.map((key) =>
      deployment.ask(deployment.groupOf(key), (client) => client.publish(resets.name, key), {
        isVital: false,
      }),
    );
    await Promise.allSettled(told);
  }

  /** Managed servers often forbid CONFIG; not knowing is no reason to complain. */
  async function checkEviction(connection: Connection): Promise<void> {
    const reply = await connection.ask((client) =>
      client.config('GET', 'maxmemory-policy').catch(() => undefined),
    );
    const policy = maxmemoryPolicySchema.safeParse(reply).data?.[1];
    if (policy !== undefined && policy !== 'noeviction') onEvicting?.(policy);
  }

  async function measure(): Promise<StoreHealth> {
    const startedAt = performance.now();
    const pings = deployment.connections.map((connection) =>
      connection.ask((client) => client.ping()).catch(() => undefined),
    );
    await Promise.all(pings);
    const { isWhole, sinceMs } = availability;
    return {
      kind: 'redis',
      status: isWhole ? 'ok' : 'unreachable',
      latencyMs: isWhole ? performance.now() - startedAt : null,
      sinceMs,
      failures: failures.read(),
    };
  }

  return {
    kind: 'redis',
    decide,
    canDecideTogether,
    release,
    reset,
    block,
    onReset: (listener) => resets.listen(listener),
    health() {
      // Whoever asks while a measurement is under way shares it.
      measurement ??= measure().finally(() => {
        measurement = undefined;
      });
      return measurement;
    },
    async connect() {
      await deployment.connect();
      for (const connection of deployment.connections) {
        checkEviction(connection).catch(() => undefined);
      }
    },
    async close() {
      deployment.close();
      resets.close();
    },
  };
}

/** Quad of a limit in a script's ARGV. */
function numbersOf(limit: Limit): (string | number)[] {
  return [limit.algorithm, ...algorithmOf(limit).parameters(limit)];
}

/** A decision that writes: only that finds out about a read-only replica or a full memory. */
function probeCall(suits: (key: string) => boolean): ScriptCall {
  let serial = 0;
  let key = 'ratelimit:{probe}';
  while (!suits(key)) key = `ratelimit:{probe-${serial++}}`;
  return { keys: [key], args: [...numbersOf(PROBE_LIMIT), 1, 1, 1] };
}
