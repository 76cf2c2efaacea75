import {
  type Answer,
  clientStatusEndpoint,
  createAdmission,
  createDecisionLog,
  createForwarder,
  createGateway,
  createResponseCache,
  createTurnAway,
  type DecisionLog,
  type Endpoint,
  forwardAuthEndpoint,
  forwardEndpoint,
  type Gateway,
  healthEndpoints,
  isHandover,
  NO_OBSERVER,
  pingEndpoint,
  type RequestObserver,
  rateStatusEndpoint,
  routesOf,
  stockPriceEndpoint,
} from '../../lib/gateway';
import { type Call, createAddressTest, parseCidr, type Reply } from '../../lib/http';
import { createClientAddressReader, createIdentifier } from '../../lib/identity';
import {
  createLimiter,
  type MaybePromise,
  type RatePolicyInput,
  type Store,
} from '../../lib/limiter';
import {
  type ConfigurationInput,
  configurationSchema,
  createCompiler,
  defaultConfiguration,
  type PolicyInput,
  type RepositoryHealth,
  type Snapshot,
} from '../../lib/policy';
import type { Upstreams } from '../../lib/upstream';

export interface TestSurroundings {
  /** Addresses and ranges. */
  readonly trustedProxies?: readonly string[];
  readonly isAdmin?: (call: Call) => boolean;
  /** Told of the configuration's upstreams, and asked for them. */
  readonly upstreams?: Pick<Upstreams, 'find' | 'follow'>;
  /** Watches the requests. */
  readonly observer?: RequestObserver;
}

export interface TestGateway {
  /** As the front door has it. */
  readonly whole: Gateway;
  readonly serves: Gateway['serves'];
  /** For calls that the gateway answers itself. */
  handle(call: Call): MaybePromise<Reply>;
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

const NO_UPSTREAMS = { find: () => undefined, follow: () => undefined };

const HEALTHY: RepositoryHealth = { kind: 'memory', status: 'ok', sinceMs: 0, faults: [] };

/**
 * The product's gateway over a given store, with the default configuration.
 * @param changes what differs from the stock-price policy as it is shipped
 */
export function gatewayOver(
  store: Store,
  changes: Partial<PolicyInput> = {},
  others: readonly Endpoint[] = [],
  {
    trustedProxies: proxies = [],
    isAdmin = () => false,
    upstreams = NO_UPSTREAMS,
    observer = NO_OBSERVER,
  }: TestSurroundings = {},
): TestGateway {
  const trustedProxies = proxies.map(parseCidr).filter((range) => range !== undefined);
  const isTrustedProxy = createAddressTest(trustedProxies);
  const compile = createCompiler(store);
  const defaults = defaultConfiguration();
  const policies = defaults.policies.map((policy) =>
    policy.name === 'stock-price' ? { ...policy, ...changes } : policy,
  );
  let version = 1;
  let snapshot = compile({
    version,
    configuration: configurationSchema.parse({ ...defaults, policies, routes: [], upstreams: [] }),
  });
  const present = () => snapshot;
  const replica = {
    name: 'test',
    role: 'gateway' as const,
    version: '0.0.0',
    isDraining: false,
  };
  const errors: unknown[] = [];
  const limited = [stockPriceEndpoint(), pingEndpoint(), forwardEndpoint({ upstreams })];
  const clientIp = createClientAddressReader(trustedProxies);
  const identify = createIdentifier({
    clientIp,
    directory: present,
    onKeyUse: () => undefined,
  });
  const turnAway = createTurnAway(createLimiter(store, BAD_CREDENTIALS));
  const decisions = createDecisionLog();
  const admit = createAdmission({ identify, turnAway, snapshot: present, store });
  const gateway = createGateway({
    endpoints: [
      ...limited,
      rateStatusEndpoint({ identify, turnAway, snapshot: present, routeOf: routesOf(limited) }),
      ...healthEndpoints({
        replica,
        telemetry: 'on',
        store,
        configHealth: () => HEALTHY,
        configVersion: () => version,
        isAdmin: async (call) => isAdmin(call),
      }),
      clientStatusEndpoint({
        clientIp,
        snapshot: present,
        isAdmin: async (call) => isAdmin(call),
      }),
      forwardAuthEndpoint({ admit, snapshot: present, decisions, observer, isTrustedProxy }),
      ...others,
    ],
    admit,
    forward: createForwarder({
      upstreams,
      cache: createResponseCache(),
      isTrustedProxy,
      onFailure: () => undefined,
    }),
    snapshot: present,
    decisions,
    observer,
    corsOrigins: [],
    onError: (error) => errors.push(error),
  });
  return {
    whole: gateway,
    serves: gateway.serves,
    handle: ownReplies(gateway),
    errors,
    replica,
    decisions,
    snapshot: present,
    configure(configuration) {
      version += 1;
      snapshot = compile({ version, configuration: configurationSchema.parse(configuration) });
      upstreams.follow(snapshot.configuration.upstreams);
    },
  };
}

/** A gateway's answers to calls that it forwards nowhere. */
export function ownReplies({ handle }: Pick<Gateway, 'handle'>) {
  return (call: Call): MaybePromise<Reply> => {
    const answer = handle(call);
    return answer instanceof Promise ? answer.then(ownReply) : ownReply(answer);
  };
}

function ownReply(answer: Answer): Reply {
  if (isHandover(answer)) throw new TypeError('this call is forwarded');
  return answer;
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
