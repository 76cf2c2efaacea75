import {
  type CompactJWSHeaderParameters,
  type CryptoKey,
  createRemoteJWKSet,
  errors,
  type FlattenedJWSInput,
} from 'jose';

export interface JwksOptions {
  readonly url: string;
  /** How long fetched keys are used without asking again, milliseconds. Default 5 min. */
  readonly maxAgeMs?: number;
  /** How much longer while they cannot be fetched, milliseconds. Default 1 h. */
  readonly maxStaleMs?: number;
  /** Least time between two fetches, whatever keys tokens ask for, milliseconds. Default 10 s. */
  readonly cooldownMs?: number;
  /** Longest wait for one fetch, milliseconds. Default 3 s. */
  readonly timeoutMs?: number;
  /** Unix ms. */
  readonly now?: () => number;
  /** Told of every fetch that failed; at most one per cool-down. */
  readonly onFailure?: (error: unknown) => void;
}

/** Finds the key that a token's header names. */
export interface Jwks {
  /**
   * @throws IdentityUnavailableError when the key set is not at hand
   * @throws jose's JWKSNoMatchingKey when the set has no such key
   */
  keyFor(header: CompactJWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey>;
}

/** Nobody can say now whether a token is good: no fault of whoever sent it. */
export class IdentityUnavailableError extends Error {
  override readonly name = 'IdentityUnavailableError';

  /** @param retryAfterMs when it will be tried again */
  constructor(
    readonly retryAfterMs: number,
    cause: unknown,
  ) {
    super('the key set that verifies tokens cannot be fetched', { cause });
  }
}

/**
 * A remote key set (RFC 7517). Old keys serve on while new ones cannot be fetched; one fetch runs at a
 * time, and neither failures nor unknown keys make fetches more frequent than the cool-down. An endpoint
 * that lately failed is asked in the background, so an outage is waited for once.
 * @throws TypeError for a URL that is none
 */
export function createJwks({
  url,
  maxAgeMs = 300_000,
  maxStaleMs = 3_600_000,
  cooldownMs = 10_000,
  timeoutMs = 3_000,
  now = Date.now,
  onFailure = () => {},
}: JwksOptions): Jwks {
  // jose never fetches by itself then: it knows no cool-down for failures and drops old keys.
  const remote = createRemoteJWKSet(new URL(url), {
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: Number.POSITIVE_INFINITY,
    timeoutDuration: timeoutMs,
  });
  let fetchedAtMs = Number.NEGATIVE_INFINITY;
  let attemptedAtMs = Number.NEGATIVE_INFINITY;
  let failure: unknown;
  let pending: Promise<void> | undefined;

  /** Never rejects: whether it went well is in `failure`. */
  function refresh(): Promise<void> {
    if (pending !== undefined) return pending;
    if (now() < attemptedAtMs + cooldownMs) return Promise.resolve();
    attemptedAtMs = now();
    pending = remote.reload().then(
      () => {
        fetchedAtMs = attemptedAtMs;
        failure = undefined;
        pending = undefined;
      },
      (error: unknown) => {
        failure = error;
        pending = undefined;
        onFailure(error);
      },
    );
    return pending;
  }

  function unavailable(): IdentityUnavailableError {
    return new IdentityUnavailableError(Math.max(0, attemptedAtMs + cooldownMs - now()), failure);
  }

  const isUsable = () => now() < fetchedAtMs + maxAgeMs + maxStaleMs;

  async function haveKeys(): Promise<void> {
    if (now() < fetchedAtMs + maxAgeMs) return;
    const isKnownToFail = failure !== undefined && now() < attemptedAtMs + maxAgeMs;
    const refreshed = refresh();
    if (!isKnownToFail || !isUsable()) await refreshed;
    if (!isUsable()) throw unavailable();
  }

  return {
    async keyFor(header, token) {
      await haveKeys();
      try {
        return await remote(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      }
      await refresh();
      try {
        return await remote(header, token);
      } catch (error) {
        // It may be a new key, which only the endpoint knows.
        if (failure !== undefined && error instanceof errors.JWKSNoMatchingKey) throw unavailable();
        throw error;
      }
    },
  };
}
