import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { ipIdentifier, parseIp } from '../http';

/**
 * Closes connections beyond a number for each address, before they cost more than their socket: one
 * client can't take all that a process may have. Of IPv6 a /64 counts as one address.
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
    const client = identifierOf(address);
    const count = (open.get(client) ?? 0) + 1;
    if (count > mostPerAddress) {
      socket.destroy();
      return;
    }
    open.set(client, count);
    socket.once('close', () => {
      const left = (open.get(client) ?? 1) - 1;
      if (left === 0) open.delete(client);
      else open.set(client, left);
    });
  });
}

function identifierOf(address: string): string {
  const parsed = parseIp(address);
  return parsed === undefined ? address : ipIdentifier(parsed);
}
