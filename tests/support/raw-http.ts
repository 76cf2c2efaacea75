import { connect } from 'node:net';

/**
 * Sends bytes as they are over one connection and gives all that comes back until the peer closes it
 * or `until` is met.
 */
export function exchange(
  port: number,
  bytes: string,
  until: (received: string) => boolean = () => false,
): Promise<{ received: string; closed: boolean }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    let received = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      received += chunk;
      if (until(received)) {
        socket.destroy();
        resolve({ received, closed: false });
      }
    });
    socket.once('close', () => resolve({ received, closed: true }));
    socket.once('error', reject);
  });
}

/** The status codes of all answers in a received text, in order. */
export function statusesIn(received: string): number[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
