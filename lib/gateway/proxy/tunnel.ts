import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** A connection that says nothing for this long, ms, is given up; WebSockets ping more often. */
const IDLE_MS = 300_000;
/** What an upstream may still say to a client that has ended, ms. */
const LINGER_MS = 5_000;

/** The head of an answer that changes protocols, as it is written to the socket. */
export function switchingHead(status: number, headers: readonly string[]): string {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`;
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return `${head}\r\n`;
}

/**
 * Joins two connections that speak a protocol of their own, until either ends, breaks or both are
 * silent for five minutes; then both are gone. Not by `pipeline`: two of them on the same sockets are
 * more listeners than Node takes for a leak. Errors are heard by who made the sockets; here their close
 * is enough.
 */
export function joinConnections(client: Duplex, upstream: Duplex, onEnd: () => void): void {
  let hasEnded = false;
  let timer = setTimeout(end, IDLE_MS);
  const heard = () => timer.refresh();
  client.on('data', heard);
  upstream.on('data', heard);

  function end(): void {
    if (hasEnded) return;
    hasEnded = true;
    clearTimeout(timer);
    client.destroy();
    upstream.destroy();
    onEnd();
  }

  function linger(): void {
    if (hasEnded) return;
    clearTimeout(timer);
    timer = setTimeout(end, LINGER_MS);
  }

  client.once('close', end);
  upstream.once('close', () => {
    // What it has said to the end is still to be written; then the client has finished.
    if (!upstream.readableEnded) end();
  });
  client.once('finish', end);
  client.once('end', () => upstream.once('finish', linger));
  upstream.pipe(client);
  client.pipe(upstream);
}
