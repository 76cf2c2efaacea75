import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Call, gatherText, type Target } from '../http';

/** A connection that its client wants to speak another protocol on. */
export interface Upgrade {
  /** As the client named it: `websocket`. */
  readonly protocol: string;
  readonly socket: Socket;
  /** What it has said already. */
  readonly head: Buffer;
}

/** Longest wait for a body that is gathered, ms. */
const BODY_MS = 30_000;

/** A node:http request as a Call. A class, so that a request costs one object and no closures. */
export class NodeCall implements Call {
  readonly path: string;
  readonly encodedPath: string;
  readonly query: string;
  private hasContinued = false;

  /** @param response what a client that waits for `100 Continue` hears from; none: nobody waits */
  constructor(
    readonly request: IncomingMessage,
    { path, encodedPath, query, authority }: Target,
    private readonly response?: ServerResponse,
    readonly upgrade?: Upgrade,
  ) {
    this.path = path;
    this.encodedPath = encodedPath;
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

  get hasBody(): boolean {
    const { headers } = this.request;
    return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  }

  /** What is left of a body would have to be received before the connection is of use again. */
  get hasUnreadBody(): boolean {
    return this.hasBody && !this.request.complete;
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name];
    // Names that objects inherit lead to no text.
    if (typeof value === 'string') return value;
    return Array.isArray(value) ? value.join(', ') : undefined;
  }

  /** Tells a client that waits for it to send its body (RFC 9110 §10.1.1). */
  sendContinue(): void {
    const { headers, httpVersionMinor } = this.request;
    if (this.hasContinued || headers.expect === undefined || httpVersionMinor === 0) return;
    this.hasContinued = true;
    this.response?.writeContinue();
  }

  async body(maxBytes: number): Promise<string | undefined> {
    this.sendContinue();
    const late = setTimeout(() => this.request.destroy(), BODY_MS);
    try {
      // Destroyed, the request would take the connection with it, and the answer could not be written.
      return await gatherText(this.request.iterator({ destroyOnReturn: false }), maxBytes);
    } finally {
      clearTimeout(late);
    }
  }
}
