/**
 * The response cache: answers of upstreams, kept in this process's memory for as long as their
 * Cache-Control allows a shared cache to (RFC 9111), with Cache-Status (RFC 9211). What may be kept and
 * for how long, `http-cache-semantics` rules; how requests select, freshen and forget it is here.
 *
 * Guarantees: bounded memory, bodies and fields counted; nothing is served that the upstream did not
 * send whole, nothing past its time without the upstream's word, and nothing that was invalidated while
 * it was on its way. What is made for somebody in particular (an Authorization, a Cookie, a known
 * client; Set-Cookie in the answer) is for nobody else, unless the upstream says it is for everybody.
 * Never: guesses a lifetime, waits for anything, forwards, or shares with other replicas.
 */
export type {
  BodyRecorder,
  CachedAnswer,
  CacheRequest,
  Forward,
  HeadVerdict,
  Hit,
  Lookup,
  NotCached,
  ResponseCache,
} from './port';
export { createResponseCache, type ResponseCacheOptions } from './response-cache';
