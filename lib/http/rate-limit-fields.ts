/** The names of the fields that tell of limits, as they are sent. */
export const RATE_LIMIT_FIELD_NAMES = [
  'RateLimit-Policy',
  'RateLimit',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'X-RateLimit-Status',
] as const;

/** The same in lower case, as Node names the fields of a message. */
export const RATE_LIMIT_FIELDS: ReadonlySet<string> = new Set(
  RATE_LIMIT_FIELD_NAMES.map((name) => name.toLowerCase()),
);

/** A quota as the RateLimit-Policy field states it. */
export interface QuotaPolicy {
  /** `[a-z0-9-]`, so that it needs no escaping in a structured-field string. */
  readonly name: string;
  readonly quota: number;
  readonly windowMs: number;
}

/** What is left of a quota, as the RateLimit field states it. */
export interface QuotaState {
  readonly limit: { readonly name: string };
  readonly remaining: number;
  readonly resetMs: number;
}

/** Whole seconds, rounded up, so that who waits that long has waited long enough. */
export function ceilSeconds(ms: number): number {
  return Math.ceil(ms / 1_000);
}

/** RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers): `"stock-price";q=5;w=10, …`. */
export function rateLimitPolicyField(policies: readonly QuotaPolicy[]): string {
  return policies
    .map(({ name, quota, windowMs }) => `"${name}";q=${quota};w=${ceilSeconds(windowMs)}`)
    .join(', ');
}

/** RateLimit (same draft): `"stock-price";r=3;t=7, …`. */
export function rateLimitField(states: readonly QuotaState[]): string {
  let field = '';
  for (const { limit, remaining, resetMs } of states) {
    if (field !== '') field += ', ';
    field += `"${limit.name}";r=${remaining};t=${ceilSeconds(resetMs)}`;
  }
  return field;
}
