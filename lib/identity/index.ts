/**
 * Identity: who is asking. An API key, a JSON Web Token, or else the client's IP address, read so that
 * nobody can choose it.
 *
 * Guarantees: one client has one identifier, whatever the notation or however many addresses of its
 * IPv6 network it uses; a forwarded header counts only when a trusted proxy sent it. A credential that
 * does not hold is refused, never passed over for the IP address. Unknown and wrong API keys get the
 * same answer for the same work. A token is never good past its expiry (and the clock tolerance), and
 * one whose key the issuer withdrew for 6 minutes at most, while the issuer's key set can be fetched.
 * Never: keeps a caller's secret or token, puts either in an error, reads credentials from the query, or
 * waits for anything but a key set.
 */
export { type NewApiKey, newApiKey } from './api-key';
export {
  type ClientAddress,
  type ClientAddressReader,
  createClientAddressReader,
  type Origin,
} from './client-ip';
export { CredentialError, type CredentialFault } from './credential-error';
export { createIdentifier, type Identifier, type IdentifierOptions } from './identify';
export { Identity } from './identity';
export { IdentityUnavailableError, type JwksOptions } from './jwks';
export { createJwtVerifier, type JwtOptions, type JwtVerifier } from './jwt';
export type { ClientRecord, KeyDirectory, KeyRecord } from './key-directory';
export type { Refusal } from './refusal';
