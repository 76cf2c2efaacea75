import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Reply, Target } from '../http';
import type { Gateway } from './gateway';
import { rejectMalformed } from './malformed';
import { NodeCall } from './node-call';
import { writeReply } from './node-reply';
import { namesOneHost, readTarget, refuseExpectation, refuseHost, refuseTarget } from './target';

/** Answers what the gateway does not, such as pages. */
export type Fallback = (request: IncomingMessage, response: ServerResponse) => void;

export interface FrontDoorOptions {
  readonly gateway: Gateway;
  /** None: the gateway answers everything, if only with a 404. */
  readonly fallback?: Fallback;
  readonly isDraining: () => boolean;
}

const NOWHERE: Target = { path: '/', query: '' };

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
      // A second Host, or a second Authorization, must not be passed over for the first.
      joinDuplicateHeaders: true,
      // Missed below, with an answer that says so.
      requireHostHeader: false,
    },
    (request, response) => {
      const target = request.url ?? '/';
      const parsed = readTarget(target);
      const call = new NodeCall(request, parsed ?? NOWHERE);
      if (parsed === undefined) {
        finish(request, response, refuseTarget(call, target));
      } else if (!namesOneHost(request.headers.host, request.httpVersionMinor)) {
        finish(request, response, refuseHost(call));
      } else if (fallback === undefined || gateway.serves(call)) {
        const reply = gateway.handle(call);
        if (reply instanceof Promise) void reply.then((late) => finish(request, response, late));
        else finish(request, response, reply);
      } else {
        fallback(request, response);
      }
    },
  );
  server.on('clientError', rejectMalformed);
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    finish(request, response, refuseExpectation(new NodeCall(request, NOWHERE)));
  });

  function finish(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
    // What is left of a body would have to be received before the connection is of use again.
    if (isDraining() || (hasBody(request) && !request.complete))
      reply.headers.push('Connection', 'close');
    writeReply(response, reply);
  }

  return server;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
