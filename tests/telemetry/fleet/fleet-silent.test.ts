import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createFleet } from '../../../lib/telemetry/fleet';
import { QUIET } from '../../support/fleet';

/** A Redis that takes connections and never says a word. */
async function silentServer() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).resume();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

it.each(['', '/1'])('a start does not wait for a silent Redis%s until its timeout', async (db) => {
  const server = await silentServer();
  const fleet = createFleet({
    url: `redis://127.0.0.1:${server.port}${db}`,
    self: { replica: 'one', instance: 'instance-of-one', role: 'all', version: '1.0.0' },
    timeoutMs: 600_000,
  });
  onTestFinished(async () => {
    server.stop();
    await fleet.close();
  });
  await fleet.join(QUIET);
  expect(server.sockets.size).toBeGreaterThan(0);
});
