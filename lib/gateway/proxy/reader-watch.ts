import type { ServerResponse } from 'node:http';
import { reset } from './reset';

/**
 * Breaks an answer off whose client takes nothing of it, from one look to the next, while there is
 * something to take. A slow client that goes on taking is left in peace.
 * @param everyMs between looks
 * @returns ends the watch
 */
export function watchReader(response: ServerResponse, everyMs: number): () => void {
  let taken = -1;
  const timer = setInterval(() => {
    const { socket } = response;
    if (socket === null) return;
    const now = socket.bytesWritten - socket.writableLength;
    if (socket.writableLength > 0 && now === taken) reset(socket);
    taken = now;
  }, everyMs);
  return () => clearInterval(timer);
}
