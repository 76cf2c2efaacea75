import type { AddressInfo } from 'node:net';
import { createFrontDoor } from '../../../lib/gateway';
import { createAddressTest, parseCidr } from '../../../lib/http';
import { createClientAddressReader } from '../../../lib/identity';
import { createMemoryStore } from '../../../lib/limiter';
import {
  createLiveFeed,
  type LiveEndpointOptions,
  type LiveFeed,
  liveEndpoint,
} from '../../../lib/telemetry/live';
import type { Frame, LiveDecision, TrafficFilter } from '../../../lib/telemetry/traffic';
import { gatewayOver, type TestGateway } from '../../support/gateway';

export const ADMIN = { authorization: 'Bearer admin' };

/** The moment at which the tests begin, Unix ms: second 1,999,999,998 is the last one that is told. */
export const BEGIN_MS = 2_000_000_000_000 - 300;
export const LAST_TOLD = 1_999_999_998;

export interface LiveServer {
  readonly url: string;
  readonly feed: LiveFeed;
  readonly gateway: TestGateway;
  /** Unix ms that the feed sees: stands still until a test moves it. */
  readonly clock: { nowMs: number };
  /** Seconds that the feed looked up. */
  readonly lookedUp: { at: number; filter: TrafficFilter }[];
  /** What happens at every look at the history, before it is noted. */
  readonly looking: { before: () => void };
  /** What the feed said of its failures. */
  readonly failures: unknown[];
  /** How many requests were let in in seconds of which other than their number tells. */
  readonly allowed: Map<number, number>;
  /** Lets a replica tell decisions. */
  tell(...decisions: readonly LiveDecision[]): void;
  /** Lets a replica tell what it counted in a second. */
  tellSecond(at: number, allowed: number): void;
  close(): Promise<void>;
}

/** The feed behind the product's front door. Counts of a second follow from its number. */
export async function liveServer(
  options: Partial<Pick<LiveEndpointOptions, 'isAdmin' | 'recheckMs'>> = {},
): Promise<LiveServer> {
  const clock = { nowMs: BEGIN_MS };
  const lookedUp: LiveServer['lookedUp'] = [];
  const failures: unknown[] = [];
  const allowed = new Map<number, number>();
  const looking = { before: (): void => undefined };
  const listeners = new Set<(frame: Frame) => void>();
  const feed = createLiveFeed({
    history: {
      second(at, filter) {
        looking.before();
        lookedUp.push({ at, filter });
        const latency = { p50: 1.5, p95: null, p99: 9 };
        return {
          at,
          allowed: allowed.get(at) ?? at % 1_000,
          denied: at % 7,
          errors: 0,
          ...latency,
        };
      },
    },
    onFrame(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    replica: 'one',
    now: () => clock.nowMs,
    onFailure: (error) => failures.push(error),
  });
  const proxies = [parseCidr('127.0.0.1/32')].filter((range) => range !== undefined);
  const endpoint = liveEndpoint({
    feed,
    clientIp: createClientAddressReader(proxies),
    isAdmin: async (call) => call.header('authorization') === ADMIN.authorization,
    ...options,
  });
  const gateway = gatewayOver(createMemoryStore(), {}, [endpoint]);
  const door = createFrontDoor({
    gateway: gateway.whole,
    isDraining: () => gateway.replica.isDraining,
    isTrustedProxy: createAddressTest(proxies),
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const { port } = door.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/api/v1/live`,
    feed,
    gateway,
    clock,
    lookedUp,
    failures,
    allowed,
    looking,
    tell(...decisions) {
      for (const listener of listeners) listener({ ...NO_NEWS, decisions });
    },
    tellSecond(at, count) {
      allowed.set(at, count);
      for (const listener of listeners) listener({ ...NO_NEWS, seconds: [{ at, cells: [] }] });
    },
    async close() {
      feed.close();
      await new Promise((resolve) => {
        door.close(resolve);
        door.closeAllConnections();
      });
    },
  };
}

const NO_NEWS: Frame = {
  instance: 'a',
  replica: 'one',
  seconds: [],
  minutes: [],
  blocked: [],
  decisions: [],
};

let decisionsMade = 0;

export function decision(changes: Partial<LiveDecision> = {}): LiveDecision {
  decisionsMade += 1;
  return {
    id: `request-${decisionsMade}`,
    at: BEGIN_MS,
    replica: 'one',
    method: 'GET',
    path: '/api/v1/ping',
    identity: { kind: 'ip', value: '203.0.113.7' },
    route: '/api/v1/ping',
    policy: 'ping',
    verdict: 'allowed',
    status: 200,
    duration_ms: 1.25,
    weight: 1,
    ...changes,
  };
}
