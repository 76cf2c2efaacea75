import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Closes connections beyond a number for each address, before they cost more than their socket: one
 * client can't take all that a process may have.
 *
 * @param isExempt whose connections carry many clients: trusted proxies
 */
export function capConnections(
  server: Server,
  mostPerAddress: number,
  isExempt: (address: string) => boolean,
): void {
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress;
    if (address === undefined || isExempt(address)) return;
    const count = (open.get(address) ?? 0) + 1;
    if (count > mostPerAddress) {
      socket.destroy();
      return;
    }
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
  });
}
