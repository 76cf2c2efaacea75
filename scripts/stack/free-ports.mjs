import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

const HOST = '127.0.0.1';
/** Below those that systems give to outgoing connections, which could take one before its server does. */
const PORTS = { first: 15_000, end: 30_000 };

/**
 * Ports of the loopback address that nothing listens on.
 *
 * @param {number} count
 * @returns {Promise<number[]>} all different
 */
export async function freePorts(count) {
  const ports = new Set();
  while (ports.size < count) {
    const port = randomInt(PORTS.first, PORTS.end);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

/** @param {number} port */
export async function isFree(port) {
  const server = createServer();
  try {
    server.listen(port, HOST);
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}
