import { createServer, type RequestListener, type Server } from 'node:http';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';
import { createFrontDoor, type FrontDoor } from '../../lib/gateway';
import { createMemoryStore } from '../../lib/limiter';
import type { ConfigurationInput } from '../../lib/policy';
import { createUpstreams, type Upstreams } from '../../lib/upstream';
import { gatewayOver, type TestGateway, type TestSurroundings } from './gateway';

type RouteInput = Partial<NonNullable<ConfigurationInput['routes']>[number]>;
type UpstreamInput = Partial<NonNullable<ConfigurationInput['upstreams']>[number]>;

export interface ProxiedOptions extends Pick<TestSurroundings, 'trustedProxies' | 'observer'> {
  /** URLs of the upstream's targets. */
  readonly targets: readonly string[];
  readonly route?: RouteInput;
  readonly upstream?: UpstreamInput;
  readonly policies?: ConfigurationInput['policies'];
  readonly others?: Omit<ConfigurationInput, 'routes' | 'upstreams' | 'policies'>;
}

/** The product's front door before one upstream that all of /* leads to. */
export interface Proxied {
  readonly url: string;
  readonly port: number;
  readonly door: FrontDoor;
  readonly gateway: TestGateway;
  readonly upstreams: Upstreams;
  close(): Promise<void>;
}

export async function proxied(options: ProxiedOptions): Promise<Proxied> {
  const { targets, route, upstream, policies = [], others, ...surroundings } = options;
  const upstreams = createUpstreams();
  const gateway = gatewayOver(createMemoryStore(), {}, [], {
    ...surroundings,
    upstreams,
  });
  gateway.configure({
    ...others,
    policies,
    routes: [{ name: 'all', upstream: 'origin', ...route }],
    upstreams: [{ name: 'origin', targets: targets.map((url) => ({ url })), ...upstream }],
  });
  const door = createFrontDoor({
    gateway: gateway.whole,
    isDraining: () => gateway.replica.isDraining,
  });
  const port = await listening(door);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    door,
    gateway,
    upstreams,
    async close() {
      door.closeUpgraded();
      await closed(door);
      await upstreams.close();
    },
  };
}

export interface Origin {
  readonly url: string;
  readonly port: number;
  readonly server: Server;
  close(): Promise<void>;
}

/** A service of the test's own. */
export async function origin(listener: RequestListener): Promise<Origin> {
  const server = createServer(listener);
  const port = await listening(server);
  return { url: `http://127.0.0.1:${port}`, port, server, close: () => closed(server) };
}

/** A service that writes its bytes itself. @param onConnection told of each connection; their errors are heard */
export async function rawOrigin(
  onConnection: (socket: Socket) => void,
): Promise<Pick<Origin, 'url' | 'close'>> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  const port = await listening(server);
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

async function listening(server: TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
