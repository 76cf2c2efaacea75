import { type Call, gatherText, type Reply } from '../http';
import type { Gateway } from './gateway';
import { PEER_HEADER } from './page-request';

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
    return toResponse(await answer(toCall(request)));
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

function toCall(request: Request): Call {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    path: pathname,
    query: search.slice(1),
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
