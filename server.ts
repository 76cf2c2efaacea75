import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { unknownVariables } from './lib/config';
import { createAssetServer, createFrontDoor, preparePageRequest } from './lib/gateway';
import type { StoreHealth } from './lib/limiter';
import { getRuntime, type Runtime } from './lib/runtime';
import { startUpFaults } from './lib/start-up-faults';

/** Longest wait for requests in flight when told to stop, ms. */
const DRAIN_MS = 5_000;

const isDevelopment = process.argv.includes('--dev');
Object.assign(process.env, {
  // Next and React decide by it which half of themselves to load.
  NODE_ENV: isDevelopment ? 'development' : 'production',
  // What people self-host tells nobody about itself.
  NEXT_TELEMETRY_DISABLED: '1',
});

interface Pages {
  handle: Parameters<typeof createFrontDoor>[0]['fallback'];
  close(): Promise<void>;
}

async function openPages(): Promise<Pages> {
  const { default: next } = await import('next');
  const app = next({ dev: isDevelopment, dir: process.cwd() });
  await app.prepare();
  const handleRequest = app.getRequestHandler();
  const serveAsset = createAssetServer('dist/static', '/_next/static/');
  return {
    handle(request, response) {
      if (!isDevelopment && serveAsset(request, response)) return;
      preparePageRequest(request, response, isDevelopment);
      void handleRequest(request, response);
    },
    close: () => app.close(),
  };
}

async function main(): Promise<void> {
  for (const warning of unknownVariables(process.env)) console.warn(`warning: ${warning}`);
  const runtime = await getRuntime();
  const { config } = runtime;
  const pages = config.FLOODGATE_ROLE === 'all' ? await openPages() : undefined;
  const server = createFrontDoor({
    gateway: runtime.gateway,
    ...(pages?.handle && { fallback: pages.handle }),
    isDraining: () => runtime.replica.isDraining,
  });
  await listen(server, config.PORT, config.HOST);
  process.stdout.write(await greeting(runtime, server));

  const stop = () => {
    process.once('SIGTERM', exitNow).once('SIGINT', exitNow);
    void shutDown(runtime, server, pages).then(() => process.exit(0));
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

function listen(server: Server, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host !== undefined && { host }) }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function shutDown(runtime: Runtime, server: Server, pages: Pages | undefined): Promise<void> {
  runtime.drain();
  const closed = new Promise((resolve) => server.close(resolve));
  setTimeout(() => server.closeAllConnections(), DRAIN_MS).unref();
  await closed;
  await pages?.close();
  await runtime.close();
}

function exitNow(): never {
  process.exit(1);
}

async function greeting(runtime: Runtime, server: Server): Promise<string> {
  const { config, replica, store } = runtime;
  const { port } = server.address() as AddressInfo;
  const host = config.HOST ?? 'localhost';
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const role = replica.role === 'all' ? 'all (gateway and dashboard)' : 'gateway (no dashboard)';
  const documentation = replica.role === 'all' ? 'docs' : 'openapi.json';
  return `
  Floodgate ${replica.version}   ${address}

    store   ${storeLine(await store.health())}
    role    ${role}
    config  ${configLine(runtime)}
    docs    ${address}/${documentation}
${madeTokenLines(runtime)}
`;
}

function configLine({ config, configuration: inForce }: Runtime): string {
  const { kind, status } = inForce.repository.health();
  const { version, configuration } = inForce.snapshot();
  const where = {
    file: config.FLOODGATE_CONFIG,
    postgres: 'postgres',
    memory: 'memory, changes are lost at the end (nothing can be written here)',
  };
  // Version 0 is none that was ever kept.
  const serving = version === 0 ? 'the default policies serve' : 'the last good one serves';
  const trouble = status === 'ok' ? '' : `, ${status}: ${serving}`;
  return `${where[kind]}${trouble} (version ${version}, ${configuration.policies.length} policies)`;
}

/** The only place where a token that was made is ever shown. */
function madeTokenLines({ admin }: Runtime): string {
  if (admin?.madeToken === undefined) return '';
  return `
    admin token, made just now and shown this once:  ${admin.madeToken}
`;
}

function storeLine({ kind, status }: StoreHealth): string {
  if (kind === 'memory') return 'memory (set REDIS_URL to share counts between replicas)';
  return status === 'ok' ? 'redis' : 'redis, degraded: unreachable, trying again by itself';
}

function explain(error: unknown): string {
  const faults = startUpFaults(error);
  if (faults !== undefined) return faults.map((fault) => `error: ${fault}`).join('\n');
  const { code, message, port } = error as NodeJS.ErrnoException & { port?: number };
  switch (code) {
    case 'EADDRINUSE':
      return `error: port ${port} is in use; choose another with PORT=…`;
    case 'EACCES':
      return `error: port ${port} needs privileges this user lacks; choose one above 1023 with PORT=…`;
    case 'EADDRNOTAVAIL':
      return 'error: HOST is no address of this machine';
    default:
      return `error: ${error instanceof Error ? (error.stack ?? message) : String(error)}`;
  }
}

main().catch(async (error: unknown) => {
  // A token made before things went wrong is kept, and would never be shown again.
  const runtime = await globalThis.floodgateRuntime?.catch(() => undefined);
  if (runtime !== undefined) process.stdout.write(madeTokenLines(runtime));
  console.error(explain(error));
  process.exit(1);
});
