import type { Server } from 'node:http';
import { createBackend } from './backend';

/** Where the default configuration's upstream `demo` looks for them. */
export const EMBEDDED_PORTS: readonly number[] = [4_001, 4_002, 4_003];

export interface EmbeddedBackends {
  /** Where they listen. */
  readonly ports: readonly number[];
  /** Those that can't listen, and are left out. */
  readonly faults: readonly BackendFault[];
  /** Ends them at once, whatever they are at. */
  close(): Promise<void>;
}

/** A backend that does not run, most often because its port is taken. */
export interface BackendFault {
  readonly name: string;
  readonly port: number;
  readonly error: Error;
}

/**
 * Starts backends `backend-1`, `backend-2`, … inside this process, on the loopback address only.
 * They do not keep the process alive.
 * @param onFault told of what goes wrong with one that listened
 */
export async function startEmbeddedBackends(
  ports: readonly number[],
  onFault: (fault: BackendFault) => void,
): Promise<EmbeddedBackends> {
  const faults: BackendFault[] = [];
  const running = await Promise.all(
    ports.map(async (port, index) => {
      const name = `backend-${index + 1}`;
      const server = createBackend({ name });
      server.on('connection', (socket) => socket.unref());
      try {
        await listen(server, port);
      } catch (error) {
        faults.push({
          name,
          port,
          error: error instanceof Error ? error : new Error(String(error)),
        });
        return [];
      }
      server.on('error', (error) => onFault({ name, port, error }));
      return [{ port, server: server.unref() }];
    }),
  );
  const backends = running.flat();
  return {
    ports: backends.map(({ port }) => port),
    faults,
    async close() {
      await Promise.all(backends.map(({ server }) => close(server)));
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
