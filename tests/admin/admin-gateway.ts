import {
  adminEndpoints,
  createAdminAccess,
  type Explainer,
  type TrafficSource,
} from '../../lib/admin';
import { hashToken } from '../../lib/admin/admin-token';
import type { BreakerCommand } from '../../lib/admin/endpoints/upstream-breaker';
import { createAdminSessions } from '../../lib/admin/session';
import {
  createDecisionLog,
  createGateway,
  type DecisionLog,
  type Endpoint,
  NO_OBSERVER,
} from '../../lib/gateway';
import type { Call, Reply } from '../../lib/http';
import { createClientAddressReader } from '../../lib/identity';
import { createLimiter, createMemoryStore, type Store } from '../../lib/limiter';
import {
  type ConfigurationInput,
  configurationSchema,
  createCompiler,
  type Repository,
  type Revision,
} from '../../lib/policy';
import { createMemoryRepository } from '../../lib/policy/memory-repository';
import type { Fleet } from '../../lib/telemetry/fleet';
import type { Upstreams } from '../../lib/upstream';
import { ownReplies } from '../support/gateway';

export const TOKEN = 'the-admin-token-of-these-tests';

const CALLER = '203.0.113.7';

export interface AdminRequest {
  readonly body?: unknown;
  /** In place of the body as JSON. */
  readonly text?: string;
  /** By name in lower case; undefined leaves a default out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly ip?: string;
  /** In place of the body's arrival. */
  readonly receive?: () => Promise<string>;
}

export interface AdminAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  header(name: string): string | undefined;
}

export interface AdminGateway {
  readonly endpoints: readonly Endpoint[];
  readonly repository: Repository;
  readonly keyUses: Map<string, number>;
  /** Unix ms that the product sees. */
  readonly clock: { nowMs: number };
  /**
   * Sends a request with the admin token. Every answer has to be one that its operation documents.
   * @param path below `/api/v1/admin`
   */
  request(method: string, path: string, request?: AdminRequest): Promise<AdminAnswer>;
  /** Whether an admin sends a request with these fields to an endpoint that takes others too. */
  isAdmin(headers: Readonly<Record<string, string | undefined>>, ip?: string): Promise<boolean>;
  /** Signs in. @returns the Cookie field */
  signIn(author?: string): Promise<string>;
}

export interface AdminGatewayOptions {
  readonly configuration?: ConfigurationInput;
  readonly explain?: Explainer;
  readonly decisions?: Pick<DecisionLog, 'counts' | 'sinceMs' | 'search'>;
  readonly fleet?: Pick<Fleet, 'ask' | 'replicas'>;
  readonly store?: Store;
  readonly upstreams?: Pick<Upstreams, 'status' | 'trip' | 'reset'>;
  readonly onBreakerCommand?: (command: BreakerCommand) => void;
  readonly traffic?: TrafficSource;
  /** What stands in front of the repository. */
  readonly around?: (repository: Repository) => Repository;
}

const NO_UPSTREAMS = { status: () => [], trip: () => false, reset: () => false };

/** No other replica answers, and nothing is known of this one. */
export const ALONE: Pick<Fleet, 'ask' | 'replicas'> = {
  ask: async () => ({ asked: 0, answers: [] }),
  replicas: async () => [],
};

/** The admin API over a repository in memory, behind the product's gateway. */
export async function adminGateway(options: AdminGatewayOptions = {}): Promise<AdminGateway> {
  const { configuration = {}, store = createMemoryStore(), around = (inner) => inner } = options;
  const clock = { nowMs: Date.now() };
  const now = () => clock.nowMs;
  const repository = around(createMemoryRepository(configurationSchema.parse(configuration)));
  const decisions = createDecisionLog();
  const keyUses = new Map<string, number>();
  let revision: Revision = await repository.open({
    onRevision(next) {
      revision = next;
    },
    onHealth() {},
  });
  const compile = createCompiler(store);
  const sessions = createAdminSessions({ tokenHash: hashToken(TOKEN), now });
  const access = createAdminAccess({
    sessions,
    loginLimiter: createLimiter(store, {
      name: 'sign-in',
      onStoreFailure: 'local',
      limits: [
        {
          algorithm: 'token-bucket',
          name: 'sign-in',
          quota: 5,
          refillTokens: 5,
          refillIntervalMs: 60_000,
        },
      ],
    }),
    clientIp: createClientAddressReader([]),
  });
  const endpoints = adminEndpoints({
    access,
    sessions,
    repository,
    revision: () => revision,
    explain: options.explain ?? (async () => undefined),
    decisions: options.decisions ?? decisions,
    fleet: options.fleet ?? ALONE,
    replica: 'one',
    upstreams: options.upstreams ?? NO_UPSTREAMS,
    ...(options.onBreakerCommand && { onBreakerCommand: options.onBreakerCommand }),
    ...(options.traffic && { traffic: options.traffic }),
    keyUses: () => keyUses,
    now,
  });
  const gateway = createGateway({
    endpoints,
    admit: () => {
      throw new Error('policies are not asked about the admin API');
    },
    forward: () => {
      throw new Error('the admin API is forwarded nowhere');
    },
    snapshot: () => compile(revision),
    decisions,
    observer: NO_OBSERVER,
    corsOrigins: '*',
    onError: (error) => {
      throw error;
    },
  });

  /** The template of a path, as far as the documentation knows one. */
  const operationAt = (method: string, path: string) =>
    endpoints.find(({ path: template }) => {
      const pattern = template.replace(/\{\w+\}/g, '[^/]+');
      return new RegExp(`^${pattern}$`).test(path);
    })?.methods[method as 'GET'];

  function conform(method: string, path: string, reply: Reply): void {
    const operation = operationAt(method, path);
    if (operation === undefined) return;
    const documented = operation.documentation.answers[reply.status];
    if (documented === undefined) {
      throw new Error(`${method} ${path} does not document ${reply.status}: ${reply.body}`);
    }
    documented.schema?.parse(JSON.parse(reply.body ?? 'null'));
  }

  async function request(method: string, target: string, sent: AdminRequest = {}) {
    const [path = '', query = ''] = `/api/v1/admin${target}`.split('?');
    const text = sent.text ?? (sent.body === undefined ? '' : JSON.stringify(sent.body));
    const headers: AdminRequest['headers'] = {
      authorization: `Bearer ${TOKEN}`,
      host: 'gateway.test',
      ...(text !== '' && { 'content-type': 'application/json' }),
      ...sent.headers,
    };
    const call: Call = {
      method,
      path,
      query,
      peerAddress: sent.ip ?? CALLER,
      header: (name) => headers[name],
      body: async (maxBytes) => {
        if (sent.receive !== undefined) return sent.receive();
        return Buffer.byteLength(text) > maxBytes ? undefined : text;
      },
    };
    const reply = await ownReplies(gateway)(call);
    conform(method, path, reply);
    return answerOf(reply);
  }

  return {
    endpoints,
    repository,
    keyUses,
    clock,
    request,
    isAdmin: (headers, ip = CALLER) =>
      access.isAdmin({
        method: 'GET',
        path: '/health',
        query: '',
        peerAddress: ip,
        header: (name) => headers[name],
        body: async () => '',
      }),
    async signIn(author) {
      const answer = await request('POST', '/session', {
        body: { token: TOKEN, ...(author !== undefined && { author }) },
        headers: { authorization: undefined },
      });
      return (answer.header('set-cookie') ?? '').split(';')[0] ?? '';
    },
  };
}

function answerOf(reply: Reply): AdminAnswer {
  return {
    status: reply.status,
    body: JSON.parse(reply.body ?? '{}'),
    header(name) {
      const index = reply.headers.findIndex(
        (field, at) => at % 2 === 0 && field.toLowerCase() === name,
      );
      return index === -1 ? undefined : reply.headers[index + 1];
    },
  };
}
