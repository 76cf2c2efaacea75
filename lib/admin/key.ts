import { z } from 'zod';
import type { ApiKey } from '../policy';

export const keySchema = z
  .object({
    id: z.string(),
    /** The public beginning of the key. */
    prefix: z.string(),
    client: z.string(),
    description: z.string(),
    /** In place of the client's. */
    tier: z.string().nullable(),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime().nullable(),
    revoked_at: z.iso.datetime().nullable(),
    last_used_at: z.iso.datetime().nullable(),
    status: z.enum(['active', 'expired', 'revoked']),
  })
  .meta({ id: 'Key' });

/** An API key as it is told: without its hash. */
export type Key = z.output<typeof keySchema>;

/**
 * @param lastUsedAtMs Unix ms
 * @param nowMs Unix ms
 */
export function keyJson(key: ApiKey, lastUsedAtMs: number | undefined, nowMs: number): Key {
  return {
    id: key.id,
    prefix: `fg_${key.id}`,
    client: key.client,
    description: key.description,
    tier: key.tier ?? null,
    created_at: key.created_at,
    expires_at: key.expires_at ?? null,
    revoked_at: key.revoked_at ?? null,
    last_used_at: lastUsedAtMs === undefined ? null : timestamp(lastUsedAtMs),
    status: statusOf(key, nowMs),
  };
}

export function statusOf({ expires_at, revoked_at }: ApiKey, nowMs: number): Key['status'] {
  if (revoked_at !== undefined) return 'revoked';
  return expires_at !== undefined && Date.parse(expires_at) <= nowMs ? 'expired' : 'active';
}

/** A key for the same client and purpose, that ends no later. */
export function successorOf(
  { client, description, tier, expires_at }: ApiKey,
  { id, hash }: Pick<ApiKey, 'id' | 'hash'>,
  nowMs: number,
): ApiKey {
  return {
    id,
    client,
    description,
    hash,
    ...(tier !== undefined && { tier }),
    created_at: timestamp(nowMs),
    ...(expires_at !== undefined && { expires_at }),
  };
}

/** The same key, of no use from `endMs` on if not before. */
export function expiringBy(key: ApiKey, endMs: number): ApiKey {
  const ends = key.expires_at !== undefined && Date.parse(key.expires_at) <= endMs;
  return ends ? key : { ...key, expires_at: timestamp(endMs) };
}

/** As the configuration writes times. @param ms Unix ms */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}
