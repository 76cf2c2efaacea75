import { once } from 'node:events';
import { createServer } from 'node:net';

const HOST = '127.0.0.1';

/**
 * Ports of the loopback address that nothing listens on.
 *
 * @param {number} count
 * @returns {Promise<number[]>} all different
 */
export async function freePorts(count) {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0)));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map(close));
  return ports;
}

/** @param {number} port */
export async function isFree(port) {
  try {
    await close(await listen(port));
    return true;
  } catch {
    return false;
  }
}

async function listen(port) {
  const server = createServer();
  server.listen(port, HOST);
  await once(server, 'listening');
  return server;
}

function close(server) {
  return new Promise((resolve) => server.close(resolve));
}
