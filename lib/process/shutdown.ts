import type { Server as HttpServer } from 'node:http';
import { Server } from 'node:net';
import type { Connections } from './connections';

export interface Listener {
  readonly server: HttpServer;
  readonly connections: Connections;
  /** Ends connections that have changed protocols, which the server does not know any more. */
  closeUpgraded(): void;
}

export interface ShutdownTimes {
  /** How long new connections are still taken, ms. */
  readonly acceptForMs: number;
  /** How long idle connections may still bring a request after that, ms. */
  readonly keepIdleForMs: number;
  /** Longest wait for requests in flight after that, ms. */
  readonly timeoutMs: number;
}

/** Between looks for connections that have become idle, ms. */
const IDLE_CHECK_MS = 50;

/**
 * Ends a listener without losing a request: whoever balances over it notices while it still serves,
 * then no connection is taken any more, idle ones close and busy ones have until the timeout.
 * Answers are expected to carry `Connection: close` once the server does not listen any more. Sent earlier
 * it would make every request bring a connection of its own, and one that is in the kernel's queue when
 * the listener closes is reset.
 */
export async function closeListener(listener: Listener, times: ShutdownTimes): Promise<void> {
  const { server, connections } = listener;
  await pause(times.acceptForMs);
  // http.Server's own close() would end idle connections at the same time.
  const closed = new Promise((resolve) => Server.prototype.close.call(server, resolve));
  await Promise.race([closed, pause(times.keepIdleForMs)]);
  connections.closeIdle();
  // A connection whose last answer began before all this is idle after it.
  const idle = setInterval(() => connections.closeIdle(), IDLE_CHECK_MS);
  const forced = setTimeout(() => {
    server.closeAllConnections();
    listener.closeUpgraded();
  }, times.timeoutMs);
  await closed;
  clearInterval(idle);
  clearTimeout(forced);
}

function pause(ms: number): Promise<void> {
  if (ms === 0) return Promise.resolve();
  return new Promise((resolve) => setTimeout(resolve, ms));
}
