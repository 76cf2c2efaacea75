import { isDeepStrictEqual } from 'node:util';
import type { VersionRecord } from './change';
import type { ApiKey, Configuration } from './model';

/** What tells which keys and secrets have had their time. */
export interface KeyPast {
  /** Every version there is, oldest first. */
  readonly history: readonly VersionRecord[];
  /** When a key that comes back counts as revoked, unless the history says when it went. RFC 3339, UTC. */
  readonly at: string;
}

/**
 * What somebody wrote, without making a key valid that is not valid now: what is revoked stays so, under whatever
 * id its secret is given; an expiry is not put off; a key that was removed comes back revoked, and so does any
 * that is not there now, when it may have been removed before the history begins. Others are taken as written.
 * @returns `wanted` itself when it does nothing of the kind
 */
export function withoutRevival(
  wanted: Configuration,
  present: Configuration,
  past: KeyPast,
): Configuration {
  const presentKeys = new Map(present.keys.map((key) => [key.id, key]));
  const goneSince = goneSinceOf(wanted.keys, present.keys, past);
  const keys = wanted.keys.map((key) => {
    const now = presentKeys.get(key.id);
    return neverValidAgain(key, now, now === undefined ? goneSince(key) : undefined);
  });
  const isAsWanted = keys.every((key, index) => key === wanted.keys[index]);
  return isAsWanted ? wanted : { ...wanted, keys };
}

/**
 * A key that is no more valid than it is now.
 * @param goneSince since when one that is not there now does not hold; undefined: nothing is known against it
 */
export function neverValidAgain(
  wanted: ApiKey,
  now: ApiKey | undefined,
  goneSince: string | undefined,
): ApiKey {
  if (now === undefined) {
    const isRevoked = wanted.revoked_at !== undefined || goneSince === undefined;
    return isRevoked ? wanted : { ...wanted, revoked_at: goneSince };
  }
  const revokedAt = now.revoked_at ?? wanted.revoked_at;
  const expiresAt = earlier(now.expires_at, wanted.expires_at);
  const { revoked_at: _, expires_at: __, ...rest } = wanted;
  const held = {
    ...rest,
    hash: now.hash,
    ...(expiresAt !== undefined && { expires_at: expiresAt }),
    ...(revokedAt !== undefined && { revoked_at: revokedAt }),
  };
  return isDeepStrictEqual(held, wanted) ? wanted : held;
}

function goneSinceOf(
  wanted: readonly ApiKey[],
  present: readonly ApiKey[],
  { history, at }: KeyPast,
): (key: ApiKey) => string | undefined {
  const removedAt = new Map<string, string>();
  /** When a secret ended, by its hash. */
  const endedAt = new Map<string, string>();
  const end = (key: ApiKey) => {
    const since = endOf(key, at);
    if (since !== undefined) endedAt.set(key.hash, since);
  };
  for (const record of history) {
    for (const change of record.changes) {
      if (change.kind !== 'keys') continue;
      const { id, before, after } = change;
      if (after === null) removedAt.set(id, record.at);
      else end(after);
      if (before !== null && before.hash !== after?.hash) endedAt.set(before.hash, record.at);
    }
  }
  present.forEach(end);
  wanted.forEach(end);
  const [oldest] = history;
  const beginsAt = oldest === undefined || oldest.version === 1 ? undefined : oldest.at;
  return (key) => {
    const known = removedAt.get(key.id) ?? endedAt.get(key.hash);
    if (known !== undefined || beginsAt === undefined) return known;
    // A key that was made later would be in the history, had it been here.
    return Date.parse(key.created_at) > Date.parse(beginsAt) ? undefined : at;
  };
}

/** Since when the key does not hold, at a time; undefined: it does. */
function endOf({ revoked_at, expires_at }: ApiKey, at: string): string | undefined {
  if (revoked_at !== undefined) return revoked_at;
  const isExpired = expires_at !== undefined && Date.parse(expires_at) <= Date.parse(at);
  return isExpired ? expires_at : undefined;
}

function earlier(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Date.parse(one) <= Date.parse(other) ? one : other;
}
