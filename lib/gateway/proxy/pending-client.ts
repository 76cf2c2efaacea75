import type { Socket } from 'node:net';
import type { Upgrade } from '../node-call';

/** What a client may say before its connection has changed protocols, bytes. */
const MOST_EARLY_BYTES = 65_536;
const NOTHING = Buffer.alloc(0);

/** A client whose wish to change protocols has no answer yet. */
export interface PendingClient {
  /** Leaves its connection to others, paused. @returns what it has said so far */
  take(): Buffer;
  /** There will be no change: what it says is nobody's concern, only that it leaves. */
  ignore(): void;
}

/**
 * Takes a client's end for its leaving on a connection that was to change protocols and does not: Node
 * has let go of it, and nobody would read that.
 */
export function noticeEnd(client: Socket): void {
  client.once('end', leave);
  client.resume();
}

/**
 * The same while it is not known whether the connection changes; until then, what it says is kept. A
 * client that says more than it may is cut off, for unread, its leaving would not be noticed either.
 */
export function listenWhilePending({ socket, head }: Upgrade): PendingClient {
  let said = head;

  function keep(chunk: Buffer): void {
    // One piece: thousands of a byte each would take many times the bound.
    if (said.length + chunk.length <= MOST_EARLY_BYTES) said = Buffer.concat([said, chunk]);
    else socket.destroy();
  }

  socket.on('data', keep);
  noticeEnd(socket);

  return {
    take() {
      socket.pause();
      socket.off('data', keep);
      socket.off('end', leave);
      const taken = said;
      said = NOTHING;
      return taken;
    },
    ignore() {
      socket.off('data', keep);
      said = NOTHING;
    },
  };
}

function leave(this: Socket): void {
  this.destroy();
}
