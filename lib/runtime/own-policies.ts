import type { RatePolicyInput } from '../limiter';

/** Those who try credentials that hold nothing: ten at once, then ten a minute. */
export const BAD_CREDENTIALS = {
  name: 'bad-credentials',
  // No policy can be called so, and share the counter.
  keyName: '_bad-credentials',
  limits: [bucket('bad-credentials', 10)],
  // An outage of the store must not be a time to guess in.
  onStoreFailure: 'local',
} satisfies RatePolicyInput;

/** Those who sign in: five at once, then five a minute. */
export const SIGN_IN = {
  name: 'sign-in',
  keyName: '_sign-in',
  limits: [bucket('sign-in', 5)],
  onStoreFailure: 'local',
} satisfies RatePolicyInput;

function bucket(name: string, perMinute: number) {
  return {
    algorithm: 'token-bucket',
    name,
    quota: perMinute,
    refillTokens: perMinute,
    refillIntervalMs: 60_000,
  } as const;
}
