import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

export const NO_STORE = { 'Cache-Control': 'no-store' };

/** One request and what is known of it. */
export interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** As it came, without the query. */
  readonly path: string;
  readonly query: string;
  /** Aborted when the answer is out, or the client has left. */
  readonly over: AbortSignal;
}

/** @param body of JSON already */
export function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: OutgoingHttpHeaders = NO_STORE,
): void {
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

export function sendJson(response: ServerResponse, status: number, body: object): void {
  send(response, status, `${JSON.stringify(body)}\n`);
}

export function refuse(response: ServerResponse, status: number, error: string): void {
  sendJson(response, status, { error });
}
