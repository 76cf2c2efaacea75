import { type Call, gatherText, type Reply, type Target } from '../http';
import type { Gateway } from './gateway';
import { isHandover } from './handover';
import { PEER_HEADER } from './page-request';
import { readTarget, refuseTarget } from './target';

type RouteHandler = (request: Request) => Promise<Response>;

/** Methods that Next passes on to a route's file. */
type RouteMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';

/**
 * The exports of a route file of Next: every method leads to the gateway, which knows what is
 * served at the path. @param gateway found when the first request comes, never at build time
 */
export function routeHandlers(
  gateway: () => Promise<Gateway>,
): Readonly<Record<RouteMethod, RouteHandler>> {
  const handle: RouteHandler = async (request) => {
    const { handle: answer } = await gateway();
    const { pathname, search } = new URL(request.url);
    const target = readTarget(pathname + search);
    const call = toCall(request, target ?? { path: '/', encodedPath: '/', query: '' });
    if (target === undefined) return toResponse(refuseTarget(call, pathname));
    const reply = await answer(call);
    if (isHandover(reply)) throw new TypeError('only the front door forwards');
    return toResponse(reply);
  };
  return {
    GET: handle,
    HEAD: handle,
    POST: handle,
    PUT: handle,
    PATCH: handle,
    DELETE: handle,
    OPTIONS: handle,
  };
}

function toCall(request: Request, { path, query }: Target): Call {
  return {
    method: request.method,
    path,
    query,
    peerAddress: request.headers.get(PEER_HEADER) ?? '',
    header: (name) => request.headers.get(name) ?? undefined,
    body: async (maxBytes) => (request.body === null ? '' : gatherText(request.body, maxBytes)),
  };
}

function toResponse({ status, headers, body }: Reply): Response {
  const fields = new Headers();
  for (let i = 0; i < headers.length; i += 2) fields.append(headers[i] ?? '', headers[i + 1] ?? '');
  return new Response(body ?? null, { status, headers: fields });
}
