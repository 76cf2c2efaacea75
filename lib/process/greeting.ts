import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StoreHealth } from '../limiter';
import type { Runtime } from '../runtime';

/**
 * What people are told when a process has started: where it is, and what it stands on.
 * @param demoPorts where it serves the demo's backends, ascending; none where it does not
 */
export async function greeting(
  runtime: Runtime,
  server: Server,
  demoPorts: readonly number[],
): Promise<string> {
  const { config, replica, store } = runtime;
  const { port } = server.address() as AddressInfo;
  const host = config.HOST ?? 'localhost';
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const documentation = replica.role === 'all' ? 'docs' : 'openapi.json';
  return `
  Floodgate ${replica.version}   ${address}

    store   ${storeLine(await store.health())}
    role    ${roleLine(runtime)}
    config  ${configLine(runtime)}${demoLine(demoPorts)}
    docs    ${address}/${documentation}
${madeTokenLines(runtime)}
`;
}

/** The only place where a token that was made is ever shown. */
export function madeTokenLines({ admin }: Runtime): string {
  if (admin?.madeToken === undefined) return '';
  return `
    admin token, made just now and shown this once:  ${admin.madeToken}
`;
}

function roleLine({ config, replica }: Runtime): string {
  if (replica.role === 'all') return 'all (gateway and dashboard)';
  const workers = config.WORKERS === 1 ? '' : `, ${config.WORKERS} workers`;
  return `gateway (no dashboard${workers})`;
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
  const { policies, routes } = configuration;
  return `${where[kind]}${trouble} (version ${version}, ${policies.length} policies, ${routes.length} routes)`;
}

/** The line that tells where the demo's backends listen, after a line break; empty for none. */
export function demoLine(ports: readonly number[]): string {
  const [first] = ports;
  const last = ports.at(-1);
  if (first === undefined || last === undefined) return '';
  const isRange = first < last && last - first === ports.length - 1;
  return `\n    demo    backends on 127.0.0.1:${isRange ? `${first}-${last}` : ports.join(', ')}`;
}

function storeLine({ kind, status }: StoreHealth): string {
  if (kind === 'memory') return 'memory (set REDIS_URL to share counts between replicas)';
  return status === 'ok' ? 'redis' : 'redis, degraded: unreachable, trying again by itself';
}
