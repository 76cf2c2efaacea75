import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { Viewer } from '../../../lib/telemetry/live/viewer';

const server = createServer();
afterEach(() => server.close().closeAllConnections());

it('a viewer hears something every 15 s, where nothing happens too', async () => {
  const viewer = new Viewer({ greet: () => [], onLeave: () => undefined });
  server.on('request', (_request, response) => viewer.run(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const sent = get({ port, host: '127.0.0.1', agent: false });
  let received = '';
  sent.once('response', (response) => {
    response.setEncoding('utf8').on('data', (piece) => {
      received += String(piece);
    });
  });
  await once(server, 'request');
  const startedMs = performance.now();
  for (const seconds of [1, 14, 16, 20, 30]) viewer.tell(undefined, startedMs + seconds * 1_000);
  viewer.tell(Buffer.from('told\n\n'), startedMs + 32_000);
  for (const seconds of [40, 46, 48]) viewer.tell(undefined, startedMs + seconds * 1_000);
  await expect.poll(() => received).toBe(':\n\ntold\n\n:\n\n');
});
