import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, isFree } from './free-ports.mjs';
import { nginxPart } from './nginx.mjs';
import { backendPart, gatewayPart } from './services.mjs';
import { postgresPart, redisPart } from './stores.mjs';

const REPLICAS = [0, 1, 2];

/**
 * nginx, three gateways, three backends, Redis and PostgreSQL as processes of this machine, with all
 * that they write in one temporary folder.
 *
 * @param {object} options
 * @param {number} options.port where nginx listens
 * @param {string} options.bundles the folder of server.mjs and backend.mjs
 * @param {string | undefined} options.adminToken made when there is none
 * @param {(part: import('./part.mjs').Part, word: 'runs' | 'stops' | 'died', detail: string) => void} options.tell
 */
export function createStack({ port, bundles, adminToken = newToken(), tell }) {
  const folder = mkdtempSync(join(tmpdir(), 'floodgate-stack-'));
  // nginx and PostgreSQL give root's rights up.
  chmodSync(folder, 0o755);
  const logs = join(folder, 'logs');
  mkdirSync(logs);
  const addresses = new Map();
  const parts = [];
  let gateways = [];

  function add(make, partPort, options = {}) {
    const common = { folder, logs, bundles, port: partPort };
    const onDeath = (ending) => tell(part, 'died', ending);
    const part = make({ ...common, ...options, onDeath });
    parts.push(part);
    addresses.set(part, `127.0.0.1:${partPort}`);
    return part;
  }

  async function startPart(part) {
    const started = performance.now();
    await part.start();
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    tell(part, 'runs', `${addresses.get(part).padEnd(15)}  pid ${part.pid}, ready in ${seconds} s`);
  }

  return {
    folder,
    adminToken,
    url: `http://localhost:${port}`,
    /** @throws {Error} saying what could not be started */
    async start() {
      if (!(await isFree(port))) {
        throw new Error(`port ${port} is in use; choose another: npm run stack -- --port 8081`);
      }
      const [redisPort, postgresPort, ...others] = await freePorts(2 + 2 * REPLICAS.length);
      const backendPorts = others.slice(0, REPLICAS.length);
      const gatewayPorts = others.slice(REPLICAS.length);
      const stores = [add(redisPart, redisPort), add(postgresPart, postgresPort)];
      const backends = backendPorts.map((own, index) => add(backendPart, own, { index }));
      const environment = {
        ADMIN_TOKEN: adminToken,
        REDIS_URL: `redis://127.0.0.1:${redisPort}`,
        DATABASE_URL: `postgres://floodgate@127.0.0.1:${postgresPort}/postgres`,
        DEMO_BACKENDS: backendPorts.map((own) => `http://127.0.0.1:${own}`).join(','),
      };
      gateways = gatewayPorts.map((own, index) => {
        mkdirSync(join(folder, `gateway-${index + 1}`));
        return add(gatewayPart, own, { index, environment });
      });
      await Promise.all([...stores, ...backends].map(startPart));
      await Promise.all(gateways.map(startPart));
      await startPart(add(nginxPart, port, { gatewayPorts }));
    },
    /** What has died, again; then the gateways one after the other, each once the one before serves. */
    async restartGateways() {
      for (const part of parts) if (!part.isRunning) await startPart(part);
      for (const gateway of gateways) {
        tell(gateway, 'stops', 'to be started again');
        await gateway.stop('SIGTERM');
        await startPart(gateway);
      }
    },
    /** The door first, then what is behind it. */
    async stop() {
      const stopAll = (some) => Promise.all(some.map((part) => part.stop()));
      await stopAll(parts.filter(({ name }) => name === 'nginx'));
      await stopAll(gateways);
      await stopAll(parts);
      rmSync(folder, { recursive: true, force: true });
    },
    /** At once, without a word. */
    kill() {
      for (const part of parts) part.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function newToken() {
  return randomBytes(24).toString('base64url');
}
