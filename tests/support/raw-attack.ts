import { connect } from 'node:net';

export interface Aftermath {
  readonly received: string;
  /** Whether the peer ended the connection, rather than wait for more. */
  readonly isClosed: boolean;
}

export interface AttackOptions {
  /** Whether to say that nothing more will come. */
  readonly endsSending?: boolean;
  /** Ends it when what came is all that is wanted. */
  readonly isEnough?: (received: string) => boolean;
}

/** A peer that has said nothing for this long waits for more. */
const QUIET_MS = 1_500;

/** Sends bytes as they are and gives what comes back, however the connection ends. */
export function attack(
  url: string,
  bytes: string,
  { endsSending = false, isEnough = () => false }: AttackOptions = {},
): Promise<Aftermath> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
      if (endsSending) socket.end(bytes, 'latin1');
      else socket.write(bytes, 'latin1');
    });
    let received = '';
    socket.setEncoding('latin1');
    socket.setTimeout(QUIET_MS, () => {
      socket.destroy();
      resolve({ received, isClosed: false });
    });
    socket.on('data', (chunk: string) => {
      received += chunk;
      if (!isEnough(received)) return;
      socket.destroy();
      resolve({ received, isClosed: false });
    });
    // A peer that closes with bytes unread resets the connection.
    socket.on('error', () => socket.destroy());
    socket.once('end', () => resolve({ received, isClosed: true }));
    socket.once('close', () => resolve({ received, isClosed: true }));
  });
}
