import { createRedisClient } from './client';
import { createConnection } from './connection';
import type { Deployment, DeploymentOptions } from './deployment';

/** One server, or whichever of several the Sentinels call the master. */
export function createSingleServer(options: DeploymentOptions): Deployment {
  const { endpoint, timeoutMs, failures, availability, probe } = options;
  const [{ host, port }] = endpoint.hosts;
  const connection = createConnection({
    name: endpoint.mode === 'sentinel' ? endpoint.masterName : `${host}:${port}`,
    client: createRedisClient(endpoint),
    timeoutMs,
    failures,
    isClusterNode: false,
    probe: probe(() => true),
    onDown: ({ message }) => availability.report(false, message),
    onUp: () => availability.report(true),
  });
  return {
    groupOf: () => 0,
    isReachable: () => connection.isReachable,
    ask: (_group, command, askOptions) => connection.ask(command, askOptions),
    connect: () => connection.open(),
    connections: [connection],
    createClient: (overrides) => createRedisClient(endpoint, undefined, overrides),
    close: () => connection.close(),
  };
}
