import { STATUS_CODES } from 'node:http';
import { type Duplex, pipeline } from 'node:stream';

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
 * Takes a client's end for its leaving on a connection that was to change protocols and does not: Node
 * has let go of it, and nobody would read that.
 */
export function noticeEnd(client: Duplex): void {
  client.once('end', () => client.destroy());
  client.resume();
}

/**
 * Joins two connections that speak a protocol of their own, until either ends, breaks or both are
 * silent for five minutes; then both are gone.
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

  pipeline(upstream, client, end);
  pipeline(client, upstream, (error) => {
    if (error) {
      end();
      return;
    }
    clearTimeout(timer);
    timer = setTimeout(end, LINGER_MS);
  });
}
