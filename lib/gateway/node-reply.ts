import type { ServerResponse } from 'node:http';
import type { Reply } from '../http';

/** Writes a reply with one `writeHead` and one `end`: head and body leave in one packet. */
export function writeReply(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, headers);
  response.end(body);
}
