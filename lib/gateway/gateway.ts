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
import type { Decision, MaybePromise } from '../limiter';
import { appendRateLimitHeaders, quotaExceeded, storeUnavailable } from './admission';
import type { Endpoint, Exchange, Operation } from './endpoint';

export interface GatewayOptions {
  readonly endpoints: readonly Endpoint[];
  readonly clientIp: ClientIpReader;
  readonly corsOrigins: CorsOrigins;
  /** Told of faults of ours; the client learns only the request id. */
  readonly onError: (error: unknown, requestId: string) => void;
}

/** Answers calls: identify, decide, handle. */
export interface Gateway {
  /** Whether this path is the gateway's to answer, if only with a 404. */
  serves(path: string): boolean;
  /** Never throws or rejects. Answers at once when nothing has to be waited for. */
  handle(call: Call): MaybePromise<Reply>;
}

const API_PREFIX = '/api/';

export function createGateway(options: GatewayOptions): Gateway {
  const { clientIp, corsOrigins, onError } = options;
  const places = new Map(options.endpoints.map((endpoint) => [endpoint.path, placeOf(endpoint)]));

  function handle(call: Call): MaybePromise<Reply> {
    const requestId = requestIdOf(call);
    const place = places.get(call.path);
    try {
      const reply = answer(place, call, requestId);
      if (!(reply instanceof Promise)) return finish(reply, call, requestId, place);
      return reply.then(
        (settled) => finish(settled, call, requestId, place),
        (error: unknown) => fail(error, call, requestId, place),
      );
    } catch (error) {
      return fail(error, call, requestId, place);
    }
  }

  function fail(error: unknown, call: Call, requestId: string, place: Place | undefined): Reply {
    onError(error, requestId);
    return finish(problem(INTERNAL_ERROR, call.path, requestId), call, requestId, place);
  }

  function finish(reply: Reply, call: Call, requestId: string, place: Place | undefined): Reply {
    reply.headers.push('X-Request-Id', requestId);
    if (call.header('x-correlation-id') !== undefined) {
      reply.headers.push('X-Correlation-Id', requestId);
    }
    appendCorsHeaders(reply.headers, corsOrigins, call, place?.allow ?? '');
    return call.method === 'HEAD' ? { ...reply, body: undefined } : reply;
  }

  function answer(place: Place | undefined, call: Call, requestId: string): MaybePromise<Reply> {
    if (place === undefined) return problem(NOT_FOUND, call.path, requestId);
    const { endpoint, allow } = place;
    if (call.method === 'OPTIONS') return noContent('Allow', allow);
    const operation = operationOf(endpoint, call.method);
    if (operation === undefined) {
      return problem(methodNotAllowed(call.method, allow), call.path, requestId, 'Allow', allow);
    }
    const exchange = new PendingExchange(call, requestId, clientIp);
    if (endpoint.limiter === undefined) return operation.handle(exchange);

    const decision = endpoint.limiter.limit(exchange.client);
    return decision instanceof Promise
      ? decision.then((settled) => carryOut(settled, operation, exchange))
      : carryOut(decision, operation, exchange);
  }

  return {
    serves: (path) => places.has(path) || path.startsWith(API_PREFIX),
    handle,
  };
}

function carryOut(
  decision: Decision,
  operation: Operation,
  exchange: Exchange,
): MaybePromise<Reply> {
  if (!decision.allowed) return limited(denial(decision, exchange), decision);
  if ('release' in decision) return carryOutInSlot(decision, operation, exchange);
  const reply = operation.handle(exchange);
  return reply instanceof Promise
    ? reply.then((settled) => limited(settled, decision))
    : limited(reply, decision);
}

/** A request that holds slots gives them back however its handler ends. */
async function carryOutInSlot(
  decision: Extract<Decision, { release?: () => void }>,
  operation: Operation,
  exchange: Exchange,
): Promise<Reply> {
  try {
    return limited(await operation.handle(exchange), decision);
  } finally {
    decision.release?.();
  }
}

function limited(reply: Reply, decision: Decision): Reply {
  appendRateLimitHeaders(reply.headers, decision);
  reply.headers.push('Cache-Control', 'no-store');
  return reply;
}

function denial(decision: Decision, { call, requestId, client }: Exchange): Reply {
  return decision.source === 'fallback'
    ? storeUnavailable(decision.policy, call.path, requestId)
    : quotaExceeded(decision, client, call.path, requestId);
}

/** An endpoint with what follows from it, computed once. */
interface Place {
  readonly endpoint: Endpoint;
  /** Value of the Allow header. */
  readonly allow: string;
}

function placeOf(endpoint: Endpoint): Place {
  return { endpoint, allow: [...Object.keys(endpoint.methods), 'HEAD', 'OPTIONS'].join(', ') };
}

class PendingExchange implements Exchange {
  private identifier: string | undefined;

  constructor(
    readonly call: Call,
    readonly requestId: string,
    private readonly clientIp: ClientIpReader,
  ) {}

  get client(): string {
    this.identifier ??= this.clientIp(this.call);
    return this.identifier;
  }
}

function operationOf(endpoint: Endpoint, method: string): Operation | undefined {
  return method === 'GET' || method === 'HEAD' ? endpoint.methods.GET : undefined;
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
