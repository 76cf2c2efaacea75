import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** The open connections of a server. */
export interface Connections {
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

  /** Node calls a connection idle as soon as its answer was ended, sent or not. */
  function isSending(): boolean {
    for (const socket of open) if (socket.writableLength > 0) return true;
    return false;
  }

  return {
    closeIdle() {
      // Opened in advance, as browsers do: Node waits for their first request as if it had begun.
      for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
      if (!isSending()) server.closeIdleConnections();
    },
  };
}
