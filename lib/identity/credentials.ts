import { API_KEY_PREFIX } from './api-key';
import type { Origin } from './client-ip';

/** What a request offers to prove who it is from, as it is written. */
export interface Credentials {
  readonly apiKey: string | undefined;
  readonly token: string | undefined;
  /** Two API keys, and not the same. */
  readonly contradict: boolean;
}

const BEARER = 'bearer';
const NONE: Credentials = { apiKey: undefined, token: undefined, contradict: false };

/**
 * Reads X-API-Key and Authorization; never the query, which ends up in logs. Schemes other than Bearer
 * are not ours. A bearer that starts like an API key is one.
 */
export function credentialsOf(origin: Origin): Credentials {
  const header = origin.header('x-api-key');
  const authorization = origin.header('authorization');
  const bearer = authorization === undefined ? undefined : bearerOf(authorization);
  if (header === undefined && bearer === undefined) return NONE;
  if (bearer === undefined || !bearer.startsWith(API_KEY_PREFIX)) {
    return { apiKey: header, token: bearer, contradict: false };
  }
  const contradict = header !== undefined && header !== bearer;
  return { apiKey: header ?? bearer, token: undefined, contradict };
}

/** @returns undefined for another scheme; empty for a Bearer without anything */
function bearerOf(authorization: string): string | undefined {
  const scheme = authorization.slice(0, BEARER.length);
  const separator = authorization[BEARER.length];
  // A tab is none by the grammar, but meant as one: better refused than passed over.
  const isSeparated = separator === undefined || separator === ' ' || separator === '\t';
  if (scheme.toLowerCase() !== BEARER || !isSeparated) return undefined;
  return authorization.slice(BEARER.length + 1).trim();
}
