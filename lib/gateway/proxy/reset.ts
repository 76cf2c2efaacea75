import type { Socket } from 'node:net';

/** Ends a connection so that its client can't take the end for the answer's, and frees what it has not taken. */
export function reset(socket: Socket): void {
  // Node throws for what is no TCP, which has no address, and leaks what it has begun to shut down.
  if (socket.remoteAddress !== undefined && !socket.writableEnded) socket.resetAndDestroy();
  else socket.destroy();
}
