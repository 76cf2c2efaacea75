import { parseDirectives, secondsOf } from './directives';
import { headerOf } from './fields';
import type { CacheRequest } from './port';

/** What a request asks of a cache. */
export interface Demands {
  /** Why nothing is kept or served for it; undefined where something may be. */
  readonly passes: 'method' | 'bypass' | 'request' | undefined;
  /** Whether it tells who is asking, so that its answer may be for nobody else. */
  readonly isPersonal: boolean;
  /** Nothing unless the upstream says that it is still good. */
  readonly wantsRevalidation: boolean;
  readonly mostAgeMs: number;
  /** How long an answer has to stay fresh from now on. */
  readonly leastFreshMs: number;
  /** Nothing that the upstream would have to be asked for. */
  readonly onlyIfCached: boolean;
}

/**
 * Requests that a cache does not understand as a whole: parts of an answer, conditions that only the
 * origin can judge, and fields that make another request of it for some upstreams, by which one client
 * could choose what all others are served.
 */
const BEYOND_US = [
  'range',
  'if-range',
  'if-match',
  'if-unmodified-since',
  'upgrade',
  'x-http-method-override',
  'x-http-method',
  'x-method-override',
  'x-original-url',
  'x-rewrite-url',
];

/** Reads a request's own directives (RFC 9111 §5.2.1). `max-stale` is not heeded: nobody has to be served stale. */
export function demandsOf(request: CacheRequest): Demands {
  const { headers } = request;
  const field = headerOf(headers, 'cache-control');
  const directives = parseDirectives(field);
  // Pragma counts for clients that know no Cache-Control (RFC 9111 §5.4).
  const pragma = field === undefined && (headerOf(headers, 'pragma') ?? '').includes('no-cache');
  return {
    passes: passesFor(request, directives.has('no-store')),
    isPersonal:
      request.isIdentified || headers.authorization !== undefined || headers.cookie !== undefined,
    wantsRevalidation: pragma || directives.has('no-cache'),
    mostAgeMs: (secondsOf(directives, 'max-age') ?? Number.POSITIVE_INFINITY) * 1_000,
    leastFreshMs: (secondsOf(directives, 'min-fresh') ?? 0) * 1_000,
    onlyIfCached: directives.has('only-if-cached'),
  };
}

function passesFor({ method, headers }: CacheRequest, forbidsStore: boolean): Demands['passes'] {
  if (method !== 'GET' && method !== 'HEAD') return 'method';
  if (hasBody(headers) || BEYOND_US.some((name) => Object.hasOwn(headers, name))) return 'bypass';
  return forbidsStore ? 'request' : undefined;
}

/** A body may change what GET answers, and is no part of the key. */
function hasBody(headers: CacheRequest['headers']): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}
