import { errors } from 'jose';
import { IdentityUnavailableError } from './jwks';

/** Why a token does not hold: for logs and metrics, a closed set. */
export type CredentialFault =
  | 'malformed'
  | 'unsupported'
  | 'unknown_key'
  | 'unusable_key'
  | 'signature'
  | 'expired'
  | 'not_yet_valid'
  | 'claims';

/** A token that does not hold. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError';

  /** @param detail one sentence for the caller; holds nothing of the token */
  constructor(
    readonly code: CredentialFault,
    readonly detail: string,
    cause?: unknown,
  ) {
    super(detail, { cause });
  }
}

const CLAIM_DETAILS: ReadonlyMap<string, string> = new Map([
  ['exp', 'The token has no valid expiry.'],
  ['iss', 'The token is of another issuer.'],
  ['aud', 'The token is for another audience.'],
]);

/** What jose says of a token, as ours. That the keys are not at hand says nothing of the token. */
export function credentialErrorOf(error: unknown): CredentialError | IdentityUnavailableError {
  if (error instanceof IdentityUnavailableError) return error;
  if (error instanceof errors.JWTExpired) {
    return new CredentialError('expired', 'The token has expired.');
  }
  if (error instanceof errors.JWTClaimValidationFailed) return claimFault(error);
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return new CredentialError('signature', 'The signature of the token does not verify.');
  }
  if (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys
  ) {
    return new CredentialError('unknown_key', 'No known key signed the token.');
  }
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) {
    return new CredentialError('malformed', 'The token is no JSON Web Token.');
  }
  // Such as an RSA key of 1024 bits in the key set, or a header that must be understood and is not.
  return new CredentialError('unusable_key', 'The token cannot be verified with its key.', error);
}

function claimFault({ claim, reason }: errors.JWTClaimValidationFailed): CredentialError {
  if (claim === 'nbf' && reason === 'check_failed') {
    return new CredentialError('not_yet_valid', 'The token is not valid yet.');
  }
  const detail = CLAIM_DETAILS.get(claim) ?? 'A claim of the token does not hold.';
  return new CredentialError('claims', detail);
}
