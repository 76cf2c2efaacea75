/** A request as handlers see it, whichever server received it. */
export interface Call {
  readonly method: string;
  /** Normalised path, without the query. */
  readonly path: string;
  /** Raw query without the `?`; empty when there is none. */
  readonly query: string;
  /** The socket's address: whoever connected to us, which may be a proxy. */
  readonly peerAddress: string;
  /** @param name in lower case */
  header(name: string): string | undefined;
  /**
   * The body as text; undefined when it is longer than `maxBytes`, and then read no further, or when
   * the client breaks off. To be asked for once.
   */
  body(maxBytes: number): Promise<string | undefined>;
}

/**
 * Gathers a body that arrives in pieces.
 * @returns undefined when it is longer than `maxBytes`, the rest then left unread, or breaks off
 */
export async function gatherText(
  pieces: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<string | undefined> {
  const gathered: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of pieces) {
      size += piece.byteLength;
      if (size > maxBytes) return undefined;
      gathered.push(piece);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(gathered).toString('utf8');
}

/** An answer as handlers give it. */
export interface Reply {
  readonly status: number;
  /** Flat name, value, name, value …: what `ServerResponse.writeHead` takes without copying. */
  readonly headers: string[];
  /** Without a body (HEAD, 204) the Content-Length header, if any, still stands. */
  readonly body: string | undefined;
}

export function json(status: number, value: unknown, ...headers: string[]): Reply {
  return jsonText(status, JSON.stringify(value), ...headers);
}

/** For JSON that is written already. */
export function jsonText(status: number, body: string, ...headers: string[]): Reply {
  return text(status, 'application/json; charset=utf-8', body, ...headers);
}

export function text(status: number, type: string, body: string, ...headers: string[]): Reply {
  headers.push('Content-Type', type, 'Content-Length', String(Buffer.byteLength(body)));
  return { status, headers, body };
}

export function noContent(...headers: string[]): Reply {
  return { status: 204, headers, body: undefined };
}
