import { join } from 'node:path';
import { ROOT } from '../paths.mjs';
import { Part } from './part.mjs';

/** How long a gateway that is to stop still takes requests, for nginx to let go of it, ms. */
const SHUTDOWN_DELAY_MS = 2_000;

/** A service to forward to. */
export function backendPart({ index, port, bundles, ...common }) {
  const name = `backend-${index + 1}`;
  return new Part({
    ...common,
    name,
    command: process.execPath,
    args: [join(bundles, 'backend.mjs')],
    environment: { ...process.env, NAME: name, HOST: '127.0.0.1', PORT: String(port) },
    isReady: () => answers(`http://127.0.0.1:${port}/health`),
    stopSignal: 'SIGTERM',
    folder: ROOT,
  });
}

/** A replica of Floodgate, dashboard included. */
export function gatewayPart({ index, port, bundles, folder, environment, ...common }) {
  const name = `gateway-${index + 1}`;
  return new Part({
    ...common,
    name,
    command: process.execPath,
    args: [join(bundles, 'server.mjs')],
    environment: {
      ...process.env,
      ...environment,
      FLOODGATE_ROLE: 'all',
      FLOODGATE_REPLICA: name,
      FLOODGATE_CONFIG: join(folder, name, 'floodgate.config.json'),
      HOST: '127.0.0.1',
      PORT: String(port),
      WORKERS: '1',
      TRUSTED_PROXIES: '127.0.0.1',
      SHUTDOWN_DELAY_MS: String(SHUTDOWN_DELAY_MS),
    },
    isReady: () => answers(`http://127.0.0.1:${port}/health/ready`),
    // Unlike SIGTERM, without that delay.
    stopSignal: 'SIGINT',
    folder: ROOT,
  });
}

async function answers(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
