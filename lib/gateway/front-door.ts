import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Call, gatherText, type Reply } from '../http';
import type { Gateway } from './gateway';
import { rejectMalformed } from './malformed';
import { writeReply } from './node-reply';
import { readTarget, refuseTarget } from './target';

/** Answers what the gateway does not, such as pages. */
export type Fallback = (request: IncomingMessage, response: ServerResponse) => void;

export interface FrontDoorOptions {
  readonly gateway: Gateway;
  /** None: the gateway answers everything, if only with a 404. */
  readonly fallback?: Fallback;
  readonly isDraining: () => boolean;
}

/**
 * The first listener. What the gateway serves is answered here, straight from its handlers; the
 * rest goes to the fallback. The target is normalised once, so no spelling of a path takes
 * another way than its policy's.
 */
export function createFrontDoor({ gateway, fallback, isDraining }: FrontDoorOptions): Server {
  const server = createServer(
    {
      // Slow senders (slowloris) are cut off: headers within 10 s, the whole request within 30 s.
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 1_000,
    },
    (request, response) => {
      const target = request.url ?? '/';
      const parsed = readTarget(target);
      const call = new NodeCall(request, parsed?.path ?? '/', parsed?.query ?? '');
      if (parsed === undefined) {
        finish(request, response, refuseTarget(call, target));
      } else if (fallback === undefined || gateway.serves(parsed.path)) {
        const reply = gateway.handle(call);
        if (reply instanceof Promise) void reply.then((late) => finish(request, response, late));
        else finish(request, response, reply);
      } else {
        fallback(request, response);
      }
    },
  );
  server.on('clientError', rejectMalformed);

  function finish(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
    // What is left of a body would have to be received before the connection is of use again.
    if (isDraining() || (hasBody(request) && !request.complete))
      reply.headers.push('Connection', 'close');
    writeReply(response, reply);
  }

  return server;
}

/** A node:http request as a Call. A class, so that a request costs one object and no closures. */
class NodeCall implements Call {
  constructor(
    private readonly request: IncomingMessage,
    readonly path: string,
    readonly query: string,
  ) {}

  get method(): string {
    return this.request.method ?? 'GET';
  }

  get peerAddress(): string {
    return this.request.socket.remoteAddress ?? '';
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  body(maxBytes: number): Promise<string | undefined> {
    // Destroyed, the request would take the connection with it, and the answer could not be written.
    return gatherText(this.request.iterator({ destroyOnReturn: false }), maxBytes);
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
