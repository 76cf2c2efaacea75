import type { IncomingHttpHeaders } from 'node:http';

/** What is kept of answers, and what may be done with it. */
export interface ResponseCache {
  /** What is known of this request. @param nowMs Unix ms */
  lookup(request: CacheRequest, nowMs?: number): Lookup;
  /**
   * Forgets what is kept of a URL, whatever its route, after an answer to an unsafe method that is no
   * error (RFC 9111 §4.4). Answers that were asked for before are not kept either when they come.
   */
  invalidate(resource: Pick<CacheRequest, 'host' | 'url'>): void;
  readonly size: { readonly entries: number; readonly bytes: number };
}

export interface CacheRequest {
  /** Sets entries apart: requests share them within a route only. */
  readonly route: string;
  /** What the client asked for, with the scheme where both are served: redirects differ by it. */
  readonly host: string;
  readonly method: string;
  /** Path and query in the form that is forwarded. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Whether the client is known by an API key or a token. */
  readonly isIdentified: boolean;
}

export interface CachedAnswer {
  readonly status: number;
  /** Name, value, name, value … in lower case; `age`, `date` and `cache-status` are among them. */
  readonly headers: string[];
  /** Empty for HEAD and 304; `content-length` tells its true length all the same. */
  readonly body: Buffer;
}

export type Lookup = Hit | Forward | NotCached;

/** Answered from what is kept. */
export interface Hit {
  readonly kind: 'hit';
  readonly answer: CachedAnswer;
}

/** The client wants nothing but what is kept (`only-if-cached`), and there is none: 504. */
export interface NotCached {
  readonly kind: 'not-cached';
  readonly cacheStatus: string;
}

/** The upstream has to be asked. */
export interface Forward {
  readonly kind: 'forward';
  /**
   * Fields to send in place of the request's own If-None-Match and If-Modified-Since; undefined: send
   * those.
   */
  readonly conditions: Readonly<Record<string, string>> | undefined;
  /** What may be served although it is stale when the upstream fails (stale-if-error, RFC 5861 §4). */
  stale(nowMs?: number): CachedAnswer | undefined;
  /** Told of the final head, once; what to do with the answer. */
  onHead(status: number, headers: IncomingHttpHeaders, nowMs?: number): HeadVerdict;
}

export type HeadVerdict =
  | { readonly kind: 'pass'; readonly cacheStatus: string }
  /** To be passed on, and its body told to the recorder. */
  | { readonly kind: 'store'; readonly cacheStatus: string; readonly body: BodyRecorder }
  /** Serve this in place of the upstream's answer: a 304, or an error that it stands in for. */
  | { readonly kind: 'revalidated'; readonly answer: CachedAnswer };

export interface BodyRecorder {
  /** Copies the chunk. */
  add(chunk: Uint8Array): void;
  /** The whole body came: keep the answer. */
  complete(): void;
  /** It broke off: keep nothing. */
  drop(): void;
}
