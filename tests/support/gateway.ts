import {
  createAdmission,
  createDecisionLog,
  createGateway,
  createTurnAway,
  type DecisionLog,
  type Endpoint,
  type Gateway,
  healthEndpoints,
  pingEndpoint,
  rateStatusEndpoint,
  routesOf,
  stockPriceEndpoint,
} from '../../lib/gateway';
import type { Call, Reply } from '../../lib/http';
import { createClientAddressReader, createIdentifier } from '../../lib/identity';
import { createLimiter, type RatePolicyInput, type Store } from '../../lib/limiter';
import {
  type ConfigurationInput,
  configurationSchema,
  createCompiler,
  defaultConfiguration,
  type PolicyInput,
  type RepositoryHealth,
  type Snapshot,
} from '../../lib/policy';

export interface TestGateway extends Gateway {
  readonly errors: unknown[];
  readonly replica: { isDraining: boolean };
  readonly decisions: DecisionLog;
  readonly snapshot: () => Snapshot;
  /** Puts another configuration in force. */
  configure(configuration: ConfigurationInput): void;
}

const BAD_CREDENTIALS: RatePolicyInput = {
  name: 'bad-credentials',
  limits: [
    {
      algorithm: 'token-bucket',
      name: 'bad-credentials',
      quota: 3,
      refillTokens: 3,
      refillIntervalMs: 60_000,
    },
  ],
};

const HEALTHY: RepositoryHealth = { kind: 'memory', status: 'ok', sinceMs: 0, faults: [] };

/**
 * The product's gateway over a given store, with the default configuration.
 * @param changes what differs from the stock-price policy as it is shipped
 */
export function gatewayOver(
  store: Store,
  changes: Partial<PolicyInput> = {},
  others: readonly Endpoint[] = [],
): TestGateway {
  const compile = createCompiler(store);
  const defaults = defaultConfiguration();
  const policies = defaults.policies.map((policy) =>
    policy.name === 'stock-price' ? { ...policy, ...changes } : policy,
  );
  let version = 1;
  let snapshot = compile({
    version,
    configuration: configurationSchema.parse({ ...defaults, policies }),
  });
  const present = () => snapshot;
  const replica = {
    name: 'test',
    role: 'gateway' as const,
    version: '0.0.0',
    isDraining: false,
  };
  const errors: unknown[] = [];
  const limited = [stockPriceEndpoint(), pingEndpoint()];
  const identify = createIdentifier({
    clientIp: createClientAddressReader([]),
    directory: present,
    onKeyUse: () => undefined,
  });
  const turnAway = createTurnAway(createLimiter(store, BAD_CREDENTIALS));
  const decisions = createDecisionLog();
  const gateway = createGateway({
    endpoints: [
      ...limited,
      rateStatusEndpoint({ identify, turnAway, snapshot: present, routeOf: routesOf(limited) }),
      ...healthEndpoints({
        replica,
        store,
        configHealth: () => HEALTHY,
        configVersion: () => version,
        isAdmin: async () => false,
      }),
      ...others,
    ],
    admit: createAdmission({ identify, turnAway, snapshot: present, store }),
    snapshot: present,
    decisions,
    corsOrigins: [],
    onError: (error) => errors.push(error),
  });
  return {
    ...gateway,
    errors,
    replica,
    decisions,
    snapshot: present,
    configure(configuration) {
      version += 1;
      snapshot = compile({ version, configuration: configurationSchema.parse(configuration) });
    },
  };
}

export function callTo(
  target: string,
  { headers = {}, ...options }: Partial<Omit<Call, 'header'>> & CallHeaders = {},
): Call {
  const [path = '/', query = ''] = target.split('?');
  return {
    method: 'GET',
    path,
    query,
    peerAddress: '203.0.113.7',
    header: (name) => headers[name],
    body: async () => '',
    ...options,
  };
}

interface CallHeaders {
  /** By name in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
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
