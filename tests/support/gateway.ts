import {
  createGateway,
  type Gateway,
  healthEndpoints,
  pingEndpoint,
  rateStatusEndpoint,
  stockPriceEndpoint,
} from '../../lib/gateway';
import type { Call, Reply } from '../../lib/http';
import { createClientIpReader } from '../../lib/identity';
import { createLimiter, type Limit, type RatePolicyInput, type Store } from '../../lib/limiter';

const fixedWindow: Limit = {
  algorithm: 'fixed-window',
  name: 'stock-price',
  quota: 5,
  windowMs: 10_000,
};
const tokenBucket: Limit = {
  algorithm: 'token-bucket',
  name: 'ping',
  quota: 5,
  refillTokens: 5,
  refillIntervalMs: 60_000,
};
const stockPrice: RatePolicyInput = { name: 'stock-price', keyName: '', limits: [fixedWindow] };
const ping: RatePolicyInput = { name: 'ping', keyName: 'ping', limits: [tokenBucket] };

export interface TestGateway extends Gateway {
  readonly errors: unknown[];
  readonly replica: { isDraining: boolean };
}

/**
 * The product's gateway over a given store.
 * @param changes what differs from the stock-price policy as it is shipped
 */
export function gatewayOver(store: Store, changes: Partial<RatePolicyInput> = {}): TestGateway {
  const replica = {
    name: 'test',
    role: 'gateway' as const,
    version: '0.0.0',
    isDraining: false,
  };
  const errors: unknown[] = [];
  const limited = [
    stockPriceEndpoint(createLimiter(store, { ...stockPrice, ...changes })),
    pingEndpoint(createLimiter(store, ping)),
  ];
  const gateway = createGateway({
    endpoints: [...limited, rateStatusEndpoint(limited), ...healthEndpoints(replica, store)],
    clientIp: createClientIpReader([]),
    corsOrigins: [],
    onError: (error) => errors.push(error),
  });
  return { ...gateway, errors, replica };
}

export function callTo(target: string, options: Partial<Omit<Call, 'header'>> = {}): Call {
  const [path = '/', query = ''] = target.split('?');
  return {
    method: 'GET',
    path,
    query,
    peerAddress: '203.0.113.7',
    header: () => undefined,
    ...options,
  };
}

/** A reply's field by name; undefined when absent. */
export function field({ headers }: Reply, name: string): string | undefined {
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i]?.toLowerCase() === name.toLowerCase()) return headers[i + 1];
  }
  return undefined;
}

export function bodyOf(reply: Reply): unknown {
  return JSON.parse(reply.body ?? 'null');
}
