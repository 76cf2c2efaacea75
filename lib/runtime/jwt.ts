import type { Config } from '../config';
import { createJwtVerifier, type JwtVerifier } from '../identity';
import type { Logger } from '../telemetry';

/** Undefined where no tokens are taken. */
export function jwtVerifierOf(config: Config, logger: Logger): JwtVerifier | undefined {
  const { JWT_SECRET: secret, JWT_JWKS_URL: url } = config;
  if (secret === undefined && url === undefined) return undefined;
  return createJwtVerifier({
    secret,
    jwks:
      url === undefined
        ? undefined
        : { url, onFailure: (err) => logger.warn({ err }, "the keys of tokens can't be fetched") },
    issuer: config.JWT_ISSUER,
    audience: config.JWT_AUDIENCE,
    clockToleranceSeconds: config.JWT_CLOCK_TOLERANCE,
    userClaim: config.JWT_USER_CLAIM,
    tierClaim: config.JWT_TIER_CLAIM,
  });
}
