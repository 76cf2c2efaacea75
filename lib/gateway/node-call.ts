import type { IncomingMessage } from 'node:http';
import { type Call, gatherText, type Target } from '../http';

/** A node:http request as a Call. A class, so that a request costs one object and no closures. */
export class NodeCall implements Call {
  readonly path: string;
  readonly query: string;

  constructor(
    private readonly request: IncomingMessage,
    { path, query, authority }: Target,
  ) {
    this.path = path;
    this.query = query;
    // For whoever reads the request after us, too.
    if (authority !== undefined) request.headers.host = authority;
  }

  get method(): string {
    return this.request.method ?? 'GET';
  }

  get peerAddress(): string {
    return this.request.socket.remoteAddress ?? '';
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name];
    // Names that objects inherit lead to no text.
    if (typeof value === 'string') return value;
    return Array.isArray(value) ? value.join(', ') : undefined;
  }

  body(maxBytes: number): Promise<string | undefined> {
    // Destroyed, the request would take the connection with it, and the answer could not be written.
    return gatherText(this.request.iterator({ destroyOnReturn: false }), maxBytes);
  }
}
