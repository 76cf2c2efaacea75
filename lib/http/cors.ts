import type { Call } from './message';
import { RATE_LIMIT_FIELD_NAMES } from './rate-limit-fields';

/** Which foreign origins may read answers; none by default. */
export type CorsOrigins = '*' | readonly string[];

const EXPOSED = [...RATE_LIMIT_FIELD_NAMES, 'Retry-After', 'X-Request-Id'].join(', ');

const PREFLIGHT_MAX_AGE_SECONDS = '600';

/** Appends the CORS headers (Fetch standard, §3.2) that this request's origin has a right to. */
export function appendCorsHeaders(
  headers: string[],
  origins: CorsOrigins,
  call: Call,
  allow: string,
): void {
  if (origins.length === 0) return;
  if (origins !== '*') headers.push('Vary', 'Origin');
  const origin = call.header('origin');
  if (origin === undefined || !(origins === '*' || origins.includes(origin))) return;
  headers.push('Access-Control-Allow-Origin', origins === '*' ? '*' : origin);
  if (call.method !== 'OPTIONS') {
    headers.push('Access-Control-Expose-Headers', EXPOSED);
    return;
  }
  const requested = call.header('access-control-request-headers');
  headers.push('Access-Control-Allow-Methods', allow);
  if (requested !== undefined) headers.push('Access-Control-Allow-Headers', requested);
  headers.push('Access-Control-Max-Age', PREFLIGHT_MAX_AGE_SECONDS);
}
