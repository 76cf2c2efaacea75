import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** The open connections of a server. */
export interface Connections {
  readonly count: number;
  /** Ends those that wait for a request; none while an answer might be cut off by it. */
  closeIdle(): void;
}

/** Has to be called before the server listens. */
export function trackConnections(server: Server): Connections {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });

  return {
    get count() {
      return open.size;
    },
    closeIdle() {
      // Opened in advance, as browsers do: Node waits for their first request as if it had begun.
      for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
      const sending = [...open].filter(({ writableLength }) => writableLength > 0);
      spare(sending, () => server.closeIdleConnections());
    },
  };
}

/**
 * Keeps these from being closed by `close`. Node calls a connection idle as soon as its answer was ended,
 * sent or not; of one that is, only Node knows whether half of the next request has come already.
 */
function spare(sockets: readonly Socket[], close: () => void): void {
  const spared = sockets.map((socket) => ({ socket, destroy: socket.destroy }));
  for (const { socket } of spared) socket.destroy = () => socket;
  close();
  for (const { socket, destroy } of spared) socket.destroy = destroy;
}
