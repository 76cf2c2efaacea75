import cluster from 'node:cluster';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { EMBEDDED_PORTS, startEmbeddedBackends } from './examples/backend/embedded';
import { type Config, readConfig, unknownVariables } from './lib/config';
import { createAssetServer, createFrontDoor, preparePageRequest } from './lib/gateway';
import {
  closeListener,
  greeting,
  madeTokenLines,
  onStop,
  type ShutdownTimes,
  type StopReason,
  SupervisionError,
  shareMetrics,
  supervise,
  tellReady,
  trackConnections,
  WorkerEndedError,
} from './lib/process';
import { getRuntime, type Runtime } from './lib/runtime';
import { startUpFaults } from './lib/start-up-faults';
import { createLogger } from './lib/telemetry';
import { within } from './lib/within';

/** How long idle connections may still bring a last request when no new one is taken any more, ms. */
const LAST_REQUESTS_MS = 1_500;
/** Longest wait for connections to other services to close, ms. */
const CLOSING_MS = 2_000;
/** What a worker may take beyond its own bounds, ms. */
const SLACK_MS = 5_000;

const isDevelopment = process.argv.includes('--dev');
Object.assign(process.env, {
  // Next and React decide by it which half of themselves to load.
  NODE_ENV: isDevelopment ? 'development' : 'production',
  // What people self-host tells nobody about itself.
  NEXT_TELEMETRY_DISABLED: '1',
});

type FrontDoorOptions = Parameters<typeof createFrontDoor>[0];

interface Pages extends Pick<FrontDoorOptions, 'upgradeFallback'> {
  readonly fallback: NonNullable<FrontDoorOptions['fallback']>;
  close(): Promise<void>;
}

async function openPages(isClosing: () => boolean): Promise<Pages> {
  const { default: next } = await import('next');
  // Next would take every upgrade of the server that its first request comes by: it gets one that
  // hears only of those that are left to it.
  const upgrades = createServer();
  const app = next({ dev: isDevelopment, dir: process.cwd(), httpServer: upgrades });
  await app.prepare();
  const handleRequest = app.getRequestHandler();
  const serveAsset = createAssetServer('dist/static', '/_next/static/');
  return {
    fallback(request, response) {
      if (isClosing()) response.shouldKeepAlive = false;
      if (!isDevelopment && serveAsset(request, response)) return;
      preparePageRequest(request, response, isDevelopment);
      void handleRequest(request, response);
    },
    // Pages that change as they are edited.
    ...(isDevelopment && {
      upgradeFallback(request, socket, head) {
        if (!upgrades.emit('upgrade', request, socket, head)) socket.destroy();
      },
    }),
    close: () => app.close(),
  };
}

async function main(): Promise<void> {
  if (cluster.isWorker) return serve();
  for (const warning of unknownVariables(process.env)) console.warn(`warning: ${warning}`);
  const config = readConfig(process.env);
  return config.WORKERS === 1 ? serve() : serveByWorkers(config);
}

/** Serves from this process. */
async function serve(): Promise<void> {
  const toldToStop = new Promise<StopReason>(onStop);
  const runtime = await getRuntime();
  const { config } = runtime;
  const sharedMetrics = cluster.isWorker ? shareMetrics(runtime.telemetry.metrics) : undefined;
  const demoPorts = await openDemo(runtime);
  const pages = config.FLOODGATE_ROLE === 'all' ? await openPages(isClosing) : undefined;
  const server: ReturnType<typeof createFrontDoor> = createFrontDoor({
    gateway: runtime.gateway,
    ...(pages && { fallback: pages.fallback }),
    ...(pages?.upgradeFallback && { upgradeFallback: pages.upgradeFallback }),
    isDraining: isClosing,
    maxConnectionsPerIp: config.MAX_CONNECTIONS_PER_IP,
    isTrustedProxy: runtime.isTrustedProxy,
  });
  const connections = trackConnections(server);
  runtime.telemetry.countConnectionsBy(() => connections.count);
  const listener = {
    server,
    connections,
    closeUpgraded: () => server.closeUpgraded(),
  };
  /** Only once no connection is taken: said before, every request would bring a new one, up to the last. */
  function isClosing() {
    return !server.listening;
  }
  await listen(server, config.PORT, config.HOST);
  const text = await greeting(runtime, server, demoPorts);
  if (cluster.isWorker) tellReady(text);
  else process.stdout.write(text);
  void toldToStop.then(async (reason) => {
    runtime.drain();
    await closeListener(listener, timesOf(config, reason));
    await sharedMetrics?.tellLast();
    await within(Promise.all([pages?.close(), runtime.close()]), CLOSING_MS);
    process.exit(0);
  });
}

/**
 * Starts the demo's backends in this process, where the configuration looks for them here.
 * @returns where they listen
 */
async function openDemo({ configuration, logger }: Runtime): Promise<readonly number[]> {
  const { upstreams } = configuration.snapshot().configuration;
  const named = new Set(upstreams.flatMap(({ targets }) => targets.map(({ url }) => url)));
  if (!EMBEDDED_PORTS.some((port) => named.has(`http://127.0.0.1:${port}`))) return [];
  const { ports, faults } = await startEmbeddedBackends(EMBEDDED_PORTS, ({ name, port, error }) =>
    logger.warn({ port, reason: error.message }, `the demo's ${name} has a fault`),
  );
  if (faults.length > 0) {
    logger.warn(
      { ports: faults.map(({ port }) => port), reasons: faults.map(({ error }) => error.message) },
      "backends of the demo can't listen: what does there answers in their place",
    );
  }
  return ports;
}

/** Serves from processes of their own, which this one only watches. */
async function serveByWorkers(config: Config): Promise<void> {
  const toldToStop = new Promise<StopReason>(onStop);
  const replica = config.FLOODGATE_REPLICA;
  const supervisor = await supervise({
    workers: config.WORKERS,
    replica,
    program: fileURLToPath(import.meta.url),
    stopsWithinMs:
      config.SHUTDOWN_DELAY_MS + config.SHUTDOWN_TIMEOUT_MS + LAST_REQUESTS_MS + SLACK_MS,
    logger: await createLogger({ level: config.LOG_LEVEL, replica }),
    greet: (text) => process.stdout.write(text),
  });
  process.on('SIGHUP', () => void supervisor.restart());
  const signal = await Promise.race([toldToStop, supervisor.failed]);
  await supervisor.stop(signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
  process.exit(0);
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

function timesOf(config: Config, reason: StopReason): ShutdownTimes {
  return {
    // Only SIGTERM comes from who tells balancers; a worker's successor takes its connections.
    acceptForMs: reason === 'SIGTERM' ? config.SHUTDOWN_DELAY_MS : 0,
    keepIdleForMs: reason === 'SIGINT' ? 0 : LAST_REQUESTS_MS,
    timeoutMs: config.SHUTDOWN_TIMEOUT_MS,
  };
}

function explain(error: unknown): string {
  const faults = startUpFaults(error);
  if (faults !== undefined) return faults.map((fault) => `error: ${fault}`).join('\n');
  if (error instanceof SupervisionError || error instanceof WorkerEndedError) {
    return `error: ${error.message}`;
  }
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
  // A worker that ended by itself has said why.
  if (!(error instanceof WorkerEndedError && error.exitCode === 1)) console.error(explain(error));
  process.exit(1);
});
