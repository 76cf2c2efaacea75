import {
  appendCorsHeaders,
  type Call,
  type CorsOrigins,
  matchForm,
  noContent,
  PathTree,
  type Problem,
  problem,
  type Reply,
  requestIdOf,
} from '../http';
import type { MaybePromise } from '../limiter';
import type { Snapshot } from '../policy';
import type { Admission, Admit } from './admission';
import { callerOf, type DecisionLog, placeOf, type RecordedDecision } from './decision-log';
import type { Endpoint, Exchange, Method, Operation } from './endpoint';
import { releaseSlots } from './evaluation';
import { appendRateLimitHeaders } from './rate-limit-headers';
import { NO_ROUTE } from './route-name';

export interface GatewayOptions {
  readonly endpoints: readonly Endpoint[];
  readonly admit: Admit;
  readonly snapshot: () => Snapshot;
  readonly decisions: DecisionLog;
  readonly corsOrigins: CorsOrigins;
  /** Told of faults of ours; the client learns only the request id. */
  readonly onError: (error: unknown, requestId: string) => void;
}

/** Answers calls: identify, decide, handle. */
export interface Gateway {
  /** Whether this call is the gateway's to answer, if only with a 404. */
  serves(call: Call): boolean;
  /** Never throws or rejects. Answers at once when nothing has to be waited for. */
  handle(call: Call): MaybePromise<Reply>;
}

const API = '/api';
const API_PREFIX = `${API}/`;
const NO_PARAMS: Readonly<Record<string, string>> = {};

export function createGateway(options: GatewayOptions): Gateway {
  const { admit, snapshot, decisions, corsOrigins, onError } = options;
  const exact = new Map<string, Place>();
  const templates = new PathTree<Place>();
  for (const endpoint of options.endpoints) {
    const place = servedAt(endpoint);
    if (endpoint.path.includes('{')) templates.add(patternOf(endpoint.path), place);
    else exact.set(endpoint.path, place);
  }

  function handle(call: Call): MaybePromise<Reply> {
    const requestId = requestIdOf(call);
    const place = placeAt(call.path);
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

  function placeAt(path: string): Found | undefined {
    const place = exact.get(path);
    if (place !== undefined) return place;
    const found = templates.find(path);
    return found && { ...found.value, params: found.params };
  }

  function fail(error: unknown, call: Call, requestId: string, place: Found | undefined): Reply {
    onError(error, requestId);
    return finish(problem(INTERNAL_ERROR, call.path, requestId), call, requestId, place);
  }

  function finish(reply: Reply, call: Call, requestId: string, place: Found | undefined): Reply {
    reply.headers.push('X-Request-Id', requestId);
    if (call.header('x-correlation-id') !== undefined) {
      reply.headers.push('X-Correlation-Id', requestId);
    }
    if (place?.endpoint.isPrivate !== true) {
      appendCorsHeaders(reply.headers, corsOrigins, call, place?.allow ?? '');
    }
    return call.method === 'HEAD' ? { ...reply, body: undefined } : reply;
  }

  function answer(place: Found | undefined, call: Call, requestId: string): MaybePromise<Reply> {
    if (place === undefined) return answerElsewhere(call, requestId);
    const { endpoint, allow } = place;
    if (call.method === 'OPTIONS') return noContent('Allow', allow);
    const operation = operationOf(endpoint, call.method);
    if (operation === undefined) {
      return problem(methodNotAllowed(call.method, allow), call.path, requestId, 'Allow', allow);
    }
    const exchange = { call, requestId, params: place.params ?? NO_PARAMS };
    if (endpoint.isLimited !== true) return operation.handle(exchange);
    return admitted(call, requestId, endpoint.path, operation, exchange);
  }

  /** What no endpoint answers meets the policies all the same: a scan costs as much as a request. */
  function answerElsewhere(call: Call, requestId: string): MaybePromise<Reply> {
    const route = snapshot().routeFor(call);
    const operation = {
      handle: () => problem(route ? NOT_FORWARDED : NOT_FOUND, call.path, requestId),
    };
    const exchange = { call, requestId, params: NO_PARAMS };
    return admitted(call, requestId, route?.name ?? NO_ROUTE, operation, exchange);
  }

  function admitted(
    call: Call,
    requestId: string,
    route: string,
    operation: Pick<Operation, 'handle'>,
    exchange: Exchange,
  ): MaybePromise<Reply> {
    const admission = admit(call, requestId, route);
    return admission instanceof Promise
      ? admission.then((settled) => carryOut(settled, route, operation, exchange))
      : carryOut(admission, route, operation, exchange);
  }

  function carryOut(
    admission: Admission,
    route: string,
    operation: Pick<Operation, 'handle'>,
    exchange: Exchange,
  ): MaybePromise<Reply> {
    if (admission.refusal !== undefined) {
      releaseSlots(admission.evaluations);
      return conclude(admission.refusal, admission, route, exchange);
    }
    try {
      const reply = operation.handle(exchange);
      if (!(reply instanceof Promise)) {
        releaseSlots(admission.evaluations);
        return conclude(reply, admission, route, exchange);
      }
      return reply
        .finally(() => releaseSlots(admission.evaluations))
        .then((settled) => conclude(settled, admission, route, exchange));
    } catch (error) {
      releaseSlots(admission.evaluations);
      throw error;
    }
  }

  function conclude(reply: Reply, admission: Admission, route: string, exchange: Exchange): Reply {
    if (admission.decisions.length > 0) {
      appendRateLimitHeaders(reply.headers, admission.decisions);
    }
    if (admission.evaluations.length > 0) reply.headers.push('Cache-Control', 'no-store');
    if (admission.evaluations.length === 0 && admission.refusal === undefined) return reply;
    const atMs = Date.now();
    if (decisions.count(admission, atMs))
      decisions.keep(recordOf(reply, admission, route, exchange, atMs));
    return reply;
  }

  function recordOf(
    { status, headers }: Reply,
    { identity, evaluations, decisions: decided, refusal }: Admission,
    route: string,
    { call, requestId }: Exchange,
    atMs: number,
  ): RecordedDecision {
    return {
      requestId,
      atMs,
      method: call.method,
      ...placeOf(call.path, call.header('host')),
      caller: identity && callerOf(identity),
      route,
      version: snapshot().version,
      evaluations,
      decisions: decided,
      status,
      isAdmitted: refusal === undefined,
      headers: identity === undefined ? headers : undefined,
    };
  }

  function serves(call: Call): boolean {
    if (exact.has(call.path)) return true;
    const path = matchForm(call.path);
    if (path.startsWith(API_PREFIX) || path === API || exact.has(path)) return true;
    return snapshot().routeFor(call) !== undefined;
  }

  return { serves, handle };
}

/** An endpoint with what follows from it, computed once. */
interface Place {
  readonly endpoint: Endpoint;
  /** Value of the Allow header. */
  readonly allow: string;
}

/** A place, with what its path's template caught. */
interface Found extends Place {
  readonly params?: Readonly<Record<string, string>>;
}

function servedAt(endpoint: Endpoint): Place {
  const methods = Object.keys(endpoint.methods);
  const implied = methods.includes('GET') ? ['HEAD', 'OPTIONS'] : ['OPTIONS'];
  return { endpoint, allow: [...methods, ...implied].join(', ') };
}

/** `/a/{name}` as the tree writes it. */
function patternOf(template: string): string {
  return template.replace(/\{(\w+)\}/g, ':$1');
}

function operationOf({ methods }: Endpoint, method: string): Operation | undefined {
  const name = method === 'HEAD' ? 'GET' : method;
  return Object.hasOwn(methods, name) ? methods[name as Method] : undefined;
}

const NOT_FOUND: Problem = {
  title: 'Not found',
  status: 404,
  detail: 'Nothing is served at this path; /openapi.json lists what is.',
};

const NOT_FORWARDED: Problem = {
  title: 'Not implemented',
  status: 501,
  detail:
    'A route leads from this path to an upstream, but this version does not forward requests.',
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
