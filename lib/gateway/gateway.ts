import {
  appendCorsHeaders,
  type Call,
  type CorsOrigins,
  noContent,
  type Problem,
  problem,
  type Reply,
  requestIdOf,
} from '../http';
import type { ClientIpReader } from '../identity';
import type { Decision, Limiter } from '../limiter';
import { appendRateLimitHeaders, quotaExceeded } from './admission';
import type { Endpoint, Exchange, Operation } from './endpoint';

export interface GatewayOptions {
  readonly endpoints: readonly Endpoint[];
  readonly limiter: Limiter;
  readonly clientIp: ClientIpReader;
  readonly corsOrigins: CorsOrigins;
  /** Told of faults of ours; the client learns only the request id. */
  readonly onError: (error: unknown, requestId: string) => void;
}

/** Answers calls: identify, decide, handle. */
export interface Gateway {
  /** Whether this path is the gateway's to answer, if only with a 404. */
  serves(path: string): boolean;
  /** Never rejects. */
  handle(call: Call): Promise<Reply>;
}

const API_PREFIX = '/api/';

export function createGateway(options: GatewayOptions): Gateway {
  const { limiter, clientIp, corsOrigins, onError } = options;
  const endpoints = new Map(options.endpoints.map((endpoint) => [endpoint.path, endpoint]));

  async function handle(call: Call): Promise<Reply> {
    const requestId = requestIdOf(call);
    const endpoint = endpoints.get(call.path);
    const allow = endpoint === undefined ? '' : allowField(endpoint);
    const reply = await answer(endpoint, call, requestId, allow).catch((error: unknown) => {
      onError(error, requestId);
      return problem(INTERNAL_ERROR, call.path, requestId);
    });
    reply.headers.push('X-Request-Id', requestId);
    if (call.header('x-correlation-id') !== undefined) {
      reply.headers.push('X-Correlation-Id', requestId);
    }
    appendCorsHeaders(reply.headers, corsOrigins, call, allow);
    return call.method === 'HEAD' ? { ...reply, body: undefined } : reply;
  }

  async function answer(
    endpoint: Endpoint | undefined,
    call: Call,
    requestId: string,
    allow: string,
  ): Promise<Reply> {
    if (endpoint === undefined) return problem(NOT_FOUND, call.path, requestId);
    if (call.method === 'OPTIONS') return noContent('Allow', allow);
    const operation = operationOf(endpoint, call.method);
    if (operation === undefined) {
      return problem(methodNotAllowed(call.method, allow), call.path, requestId, 'Allow', allow);
    }
    const exchange = new PendingExchange(call, requestId, clientIp);
    if (endpoint.policy === undefined) return operation.handle(exchange);

    const decision = await limiter.limit(endpoint.policy, exchange.client);
    const reply = isDenied(decision)
      ? problem(quotaExceeded(decision, exchange.client), call.path, requestId)
      : await operation.handle(exchange);
    appendRateLimitHeaders(reply.headers, decision);
    reply.headers.push('Cache-Control', 'no-store');
    return reply;
  }

  return {
    serves: (path) => endpoints.has(path) || path.startsWith(API_PREFIX),
    handle,
  };
}

class PendingExchange implements Exchange {
  #client: string | undefined;

  constructor(
    readonly call: Call,
    readonly requestId: string,
    private readonly clientIp: ClientIpReader,
  ) {}

  get client(): string {
    this.#client ??= this.clientIp(this.call);
    return this.#client;
  }
}

function operationOf(endpoint: Endpoint, method: string): Operation | undefined {
  return method === 'GET' || method === 'HEAD' ? endpoint.methods.GET : undefined;
}

function allowField(endpoint: Endpoint): string {
  return [...Object.keys(endpoint.methods), 'HEAD', 'OPTIONS'].join(', ');
}

function isDenied(decision: Decision): decision is Exclude<Decision, { source: 'fallback' }> {
  return !decision.allowed;
}

const NOT_FOUND: Problem = {
  title: 'Not found',
  status: 404,
  detail: 'Nothing is served at this path; /openapi.json lists what is.',
};

const INTERNAL_ERROR: Problem = {
  title: 'Internal error',
  status: 500,
  detail: 'Floodgate failed to answer; the log has the reason under this request_id.',
};

function methodNotAllowed(method: string, allow: string): Problem {
  return {
    title: 'Method not allowed',
    status: 405,
    detail: `${method} is not served at this path; use one of ${allow}.`,
  };
}
