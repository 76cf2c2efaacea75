import {
  appendCorsHeaders,
  type Call,
  type CorsOrigins,
  matchForm,
  noContent,
  PathTree,
  type Problem,
  problem,
  requestIdOf,
} from '../http';
import type { MaybePromise } from '../limiter';
import type { Endpoint, Method, Operation } from './endpoint';
import { type Answer, isHandover } from './handover';
import { createJudge, type Handling, type JudgeOptions } from './judge';
import type { Forward } from './proxy';
import { NO_ROUTE } from './route-name';

export interface GatewayOptions extends JudgeOptions {
  readonly endpoints: readonly Endpoint[];
  readonly forward: Forward;
  readonly corsOrigins: CorsOrigins;
  /** Told of faults of ours; the client learns only the request id. */
  readonly onError: (error: unknown, requestId: string) => void;
}

/** Answers calls: identify, decide, handle. */
export interface Gateway {
  /** Whether this call is the gateway's to answer, if only with a 404. */
  serves(call: Call): boolean;
  /** Never throws or rejects. Answers at once when nothing has to be waited for. */
  handle(call: Call): MaybePromise<Answer>;
}

const API = '/api';
const API_PREFIX = `${API}/`;
const NO_PARAMS: Readonly<Record<string, string>> = {};

export function createGateway(options: GatewayOptions): Gateway {
  const { forward, snapshot, corsOrigins, onError } = options;
  const judge = createJudge(options);
  const exact = new Map<string, Place>();
  const templates = new PathTree<Place>();
  for (const endpoint of options.endpoints) {
    const place = servedAt(endpoint);
    if (endpoint.path.includes('{')) templates.add(patternOf(endpoint.path), place);
    else exact.set(endpoint.path, place);
  }

  function handle(call: Call): MaybePromise<Answer> {
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

  function fail(error: unknown, call: Call, requestId: string, place: Found | undefined): Answer {
    onError(error, requestId);
    return finish(problem(INTERNAL_ERROR, call.path, requestId), call, requestId, place);
  }

  function finish(reply: Answer, call: Call, requestId: string, place: Found | undefined): Answer {
    reply.headers.push('X-Request-Id', requestId);
    if (call.header('x-correlation-id') !== undefined) {
      reply.headers.push('X-Correlation-Id', requestId);
    }
    // An upstream speaks for itself to pages of other origins.
    if (isHandover(reply)) return reply;
    if (place?.endpoint.isPrivate !== true) {
      appendCorsHeaders(reply.headers, corsOrigins, call, place?.allow ?? '');
    }
    return call.method === 'HEAD' ? { ...reply, body: undefined } : reply;
  }

  function answer(place: Found | undefined, call: Call, requestId: string): MaybePromise<Answer> {
    if (place === undefined) return answerElsewhere(call, requestId);
    const { endpoint, allow } = place;
    if (call.method === 'OPTIONS' && endpoint.takesAnyMethod !== true) {
      return noContent('Allow', allow);
    }
    const operation = operationOf(endpoint, call.method);
    if (operation === undefined) {
      return problem(methodNotAllowed(call.method, allow), call.path, requestId, 'Allow', allow);
    }
    const exchange = { call, requestId, params: place.params ?? NO_PARAMS };
    if (endpoint.isLimited !== true) return operation.handle(exchange);
    return judge(exchange, endpoint.path, operation);
  }

  /** What no endpoint answers meets the policies all the same: a scan costs as much as a request. */
  function answerElsewhere(call: Call, requestId: string): MaybePromise<Answer> {
    // Policies know nothing of an admin's credentials: whoever shows them here is not a refused client.
    if (isReserved(call.path)) return problem(NOT_SERVED, call.path, requestId);
    const route = snapshot().routeFor(call);
    const handling: Handling<Answer> =
      route === undefined
        ? NOTHING_HERE
        : { handle: (exchange, identity, record) => forward(exchange, route, identity, record) };
    const exchange = { call, requestId, params: NO_PARAMS };
    return judge(exchange, route?.name ?? NO_ROUTE, handling);
  }

  function serves(call: Call): boolean {
    if (exact.has(call.path)) return true;
    const path = matchForm(call.path);
    if (path.startsWith(API_PREFIX) || path === API || exact.has(path)) return true;
    return templates.find(call.path) !== undefined || snapshot().routeFor(call) !== undefined;
  }

  return { serves, handle };
}

const NOTHING_HERE: Handling<Answer> = {
  handle: ({ call, requestId }) => problem(NOT_FOUND, call.path, requestId),
};

/** Where the control plane is, on whichever replica: its credentials are for no upstream. */
const RESERVED = ['/api/v1/admin', '/api/v1/live'];

function isReserved(path: string): boolean {
  const form = matchForm(path);
  return RESERVED.some((reserved) => form === reserved || form.startsWith(`${reserved}/`));
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

function operationOf(endpoint: Endpoint, method: string): Operation | undefined {
  const { methods, takesAnyMethod = false } = endpoint;
  const name = method === 'HEAD' || takesAnyMethod ? 'GET' : method;
  return Object.hasOwn(methods, name) ? methods[name as Method] : undefined;
}

const NOT_FOUND: Problem = {
  title: 'Not found',
  status: 404,
  detail: 'Nothing is served at this path; /openapi.json lists what is.',
};

const NOT_SERVED: Problem = {
  title: 'Not found',
  status: 404,
  detail:
    'This replica serves nothing at this path; its role and FLOODGATE_TELEMETRY say what it leaves out.',
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
