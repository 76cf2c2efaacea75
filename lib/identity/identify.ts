import type { MaybePromise } from '../limiter';
import type { Claims } from './claims';
import type { ClientAddress, ClientAddressReader, Origin } from './client-ip';
import { CredentialError } from './credential-error';
import { credentialsOf } from './credentials';
import { Identity } from './identity';
import type { JwtVerifier } from './jwt';
import { holderOf } from './key-check';
import type { KeyDirectory } from './key-directory';
import { type Fault, faultOf, type Refusal } from './refusal';

export interface IdentifierOptions {
  readonly clientIp: ClientAddressReader;
  /** The directory of this moment: asked anew for every request with credentials. */
  readonly directory: () => KeyDirectory;
  /** None: bearer tokens that are no API keys are left to the upstreams. */
  readonly jwt?: JwtVerifier | undefined;
  /** Told of every request that an API key was good for, with Unix ms. */
  readonly onKeyUse: (keyId: string, nowMs: number) => void;
  /** Unix ms. */
  readonly now?: () => number;
}

/**
 * Tells who a request comes from. Answers at once but for tokens that were not verified lately.
 * @throws IdentityUnavailableError (rejection) when a token's keys are not at hand
 */
export type Identifier = (origin: Origin) => MaybePromise<Identity | Refusal>;

const CONTRADICTION = faultOf(
  'api-key',
  'X-API-Key and Authorization hold different API keys.',
  'invalid_request',
);
const DISABLED_CLIENT = faultOf('jwt', 'The client of this user is disabled.');

/**
 * First that is there: API key (X-API-Key, or Authorization: Bearer fg_…), JSON Web Token
 * (Authorization: Bearer), IP address. A credential that does not hold is refused, never passed over.
 * An API key leaves a token beside it unread.
 */
export function createIdentifier(options: IdentifierOptions): Identifier {
  const { clientIp, directory, jwt, onKeyUse, now = Date.now } = options;
  const anonymous = new WeakMap<ClientAddress, Identity>();

  function byAddress(client: ClientAddress): Identity {
    let identity = anonymous.get(client);
    if (identity === undefined) {
      identity = new Identity(client, undefined, undefined, undefined, undefined);
      anonymous.set(client, identity);
    }
    return identity;
  }

  function byApiKey(client: ClientAddress, text: string): Identity | Refusal {
    const nowMs = now();
    const holder = holderOf(text, directory(), nowMs);
    if ('error' in holder) return refusalOf(holder, client);
    const { key, client: owner } = holder;
    onKeyUse(key.id, nowMs);
    return new Identity(
      client,
      key.id,
      owner.user ?? owner.name,
      key.tier ?? owner.tier,
      undefined,
    );
  }

  function byClaims(client: ClientAddress, claims: Claims): Identity | Refusal {
    const owner = directory().clientOfUser(claims.user);
    if (owner?.enabled === false) return refusalOf(DISABLED_CLIENT, client);
    return new Identity(client, undefined, claims.user, claims.tier ?? owner?.tier, claims);
  }

  return (origin) => {
    const client = clientIp(origin);
    const { apiKey, token, contradict } = credentialsOf(origin);
    if (contradict) return refusalOf(CONTRADICTION, client);
    if (apiKey !== undefined) return byApiKey(client, apiKey);
    if (token === undefined || jwt === undefined) return byAddress(client);
    const claims = jwt.verify(token);
    if (!(claims instanceof Promise)) return byClaims(client, claims);
    return claims.then(
      (verified) => byClaims(client, verified),
      (error: unknown) => refusalOf(tokenFault(error), client),
    );
  };
}

function tokenFault(error: unknown): Fault {
  if (error instanceof CredentialError) return faultOf('jwt', error.detail);
  throw error;
}

function refusalOf(fault: Fault, { identifier }: ClientAddress): Refusal {
  return { refused: true, ip: identifier, ...fault };
}
