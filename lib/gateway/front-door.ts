import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Target } from '../http';
import { capConnections } from './connection-cap';
import type { Gateway } from './gateway';
import { type Answer, isHandover } from './handover';
import { rejectMalformed } from './malformed';
import { NodeCall, type Upgrade } from './node-call';
import { writeReply } from './node-reply';
import {
  namesOneHost,
  readTarget,
  refuseExpectation,
  refuseHost,
  refuseTarget,
  refuseUpgrade,
  refuseVersion,
} from './target';

/** Answers what the gateway does not, such as pages. */
export type Fallback = (request: IncomingMessage, response: ServerResponse) => void;

export interface FrontDoorOptions {
  readonly gateway: Gateway;
  /** None: the gateway answers everything, if only with a 404. */
  readonly fallback?: Fallback;
  /** Takes over upgrades that the gateway does not serve; none: they are answered without one. */
  readonly upgradeFallback?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  readonly isDraining: () => boolean;
  /** Connections of one address; none: any number. */
  readonly maxConnectionsPerIp?: number;
  /** Whether an address is a trusted proxy's, whose connections are many clients'. */
  readonly isTrustedProxy?: (address: string) => boolean;
}

/** The first listener. */
export interface FrontDoor extends Server {
  /** Ends connections that have changed protocols, which the server no longer knows. */
  closeUpgraded(): void;
}

/**
 * Node 22.21 and 24.9 ask it, and go on as usual where it says no; earlier ones leave every request
 * with an Upgrade field to whoever takes upgrades. Requests inside these would meet no policy.
 */
const TELLS_UPGRADES_APART = {
  shouldUpgradeCallback: (request: IncomingMessage) =>
    mayUpgrade(request) && !/^(?:h2c|http|tls)\b/i.test(request.headers.upgrade ?? ''),
};
/** Requests of one connection that may wait for their turn. */
const MOST_PIPELINED = 100;
/** No upstream's protocol. */
const NO_PROTOCOL = '';
const NOWHERE: Target = { path: '/', encodedPath: '/', query: '' };

/**
 * The first listener. What the gateway serves is answered here, straight from its handlers; the
 * rest goes to the fallback. The target is normalised once, so no spelling of a path takes
 * another way than its policy's.
 */
export function createFrontDoor(options: FrontDoorOptions): FrontDoor {
  const { gateway, fallback, upgradeFallback, isDraining, maxConnectionsPerIp } = options;
  const upgraded = new Set<Socket>();
  /** Requests that wait for the answer before theirs. */
  const pipelined = new WeakMap<Socket, number>();
  const server = createServer({
    // Slow senders (slowloris) are cut off: headers within 10 s, bodies by who reads them, since an
    // upload may last longer than any bound for all.
    headersTimeout: 10_000,
    requestTimeout: 0,
    keepAliveTimeout: 65_000,
    connectionsCheckingInterval: 1_000,
    // A second Host, or a second Authorization, must not be passed over for the first.
    joinDuplicateHeaders: true,
    // Missed below, with an answer that says so.
    requireHostHeader: false,
    ...TELLS_UPGRADES_APART,
  });
  server.on('request', serveInTurn);
  // Whether its client is to send the body is decided by who reads it.
  server.on('checkContinue', serveInTurn);
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const call = new NodeCall(request, NOWHERE);
    finish(call, response, refuseExpectation(call));
  });
  server.on('clientError', rejectMalformed);
  server.on('upgrade', serveUpgrade);
  if (maxConnectionsPerIp !== undefined) {
    capConnections(server, maxConnectionsPerIp, options.isTrustedProxy ?? (() => false));
  }

  /**
   * One request of a connection at a time: a pipelined one waits for the answer before it. So none
   * overtakes another, one connection is no way to many requests at once, and a response is served only
   * while its socket can tell that the client has gone.
   */
  function serveInTurn(request: IncomingMessage, response: ServerResponse): void {
    if (response.socket !== null) {
      serve(request, response);
      return;
    }
    const { socket } = request;
    const waiting = (pipelined.get(socket) ?? 0) + 1;
    pipelined.set(socket, waiting);
    if (waiting > MOST_PIPELINED) {
      socket.destroy();
      return;
    }
    response.once('socket', () => {
      pipelined.set(socket, (pipelined.get(socket) ?? 1) - 1);
      serve(request, response);
    });
  }

  function serve(request: IncomingMessage, response: ServerResponse, upgrade?: Upgrade): void {
    const target = request.url ?? '/';
    const parsed = readTarget(target);
    const call = new NodeCall(request, parsed ?? NOWHERE, response, upgrade);
    if (!isHttp1(request)) {
      finish(call, response, refuseVersion(call));
    } else if (parsed === undefined) {
      finish(call, response, refuseTarget(call, target));
    } else if (!namesOneHost(request.headers.host, request.httpVersionMinor)) {
      finish(call, response, refuseHost(call));
    } else if (upgrade !== undefined && call.hasBody) {
      finish(call, response, refuseUpgrade(call));
    } else if (fallback === undefined || gateway.serves(call)) {
      const answer = gateway.handle(call);
      if (answer instanceof Promise) void answer.then((late) => finish(call, response, late));
      else finish(call, response, answer);
    } else if (upgrade !== undefined && upgradeFallback !== undefined && mayUpgrade(request)) {
      response.detachSocket(upgrade.socket);
      upgradeFallback(request, upgrade.socket, upgrade.head);
    } else {
      call.sendContinue();
      fallback(request, response);
    }
  }

  /** Node leaves everything to whoever takes upgrades, also the answers that are none. */
  function serveUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!(socket instanceof Socket)) {
      socket.destroy();
      return;
    }
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    try {
      response.assignSocket(socket);
    } catch {
      // A request before it has no answer yet, and both can't have the connection.
      socket.destroy();
      return;
    }
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    socket.on('error', () => socket.destroy());
    // Node has let go of the socket, and tells a response nothing of it any more.
    socket.on('drain', () => {
      if (response.writableNeedDrain) response.emit('drain');
    });
    response.once('finish', () => socket.destroySoon());
    serve(request, response, {
      protocol: (mayUpgrade(request) && request.headers.upgrade?.toLowerCase()) || NO_PROTOCOL,
      socket,
      head,
    });
  }

  function finish(call: NodeCall, response: ServerResponse, answer: Answer): void {
    if (isDraining()) answer.headers.push('Connection', 'close');
    if (isHandover(answer)) {
      answer.run(response);
      return;
    }
    if (!isDraining() && call.hasUnreadBody) answer.headers.push('Connection', 'close');
    writeReply(response, answer);
  }

  return Object.assign(server, {
    closeUpgraded() {
      for (const socket of upgraded) socket.destroy();
    },
  });
}

/** HTTP/1.0 has no upgrades; its wishes are passed over (RFC 9110 §7.8). */
function mayUpgrade({ httpVersionMinor }: IncomingMessage): boolean {
  return httpVersionMinor > 0;
}

/** Node also parses what names no version, or one that this is not. */
function isHttp1({ httpVersionMajor, httpVersionMinor }: IncomingMessage): boolean {
  return httpVersionMajor === 1 && httpVersionMinor <= 1;
}
