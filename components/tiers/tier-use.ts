import type { Client, Key, Policy } from '@/components/admin/resources';
import { limitWords } from '@/components/policies/words';

/** Who is of a tier, and what that means. */
export interface TierUse {
  /** Names of the clients. */
  readonly clients: readonly string[];
  /** Keys that name the tier themselves, by their prefix. */
  readonly keys: readonly string[];
  /** Policies with limits of its own for it, and those limits in words. */
  readonly overrides: readonly { readonly policy: string; readonly limits: readonly string[] }[];
}

export function tierUse(
  tier: string,
  clients: readonly Client[],
  keys: readonly Key[],
  policies: readonly Policy[],
): TierUse {
  return {
    clients: clients.filter((client) => client.tier === tier).map(({ name }) => name),
    keys: keys.filter((key) => key.tier === tier).map(({ prefix }) => prefix),
    overrides: policies.flatMap(({ name, overrides }) =>
      overrides
        .filter((override) => override.tier === tier)
        .map(({ limits }) => ({
          policy: name,
          limits: limits.length === 0 ? ['unlimited'] : limits.map(limitWords),
        })),
    ),
  };
}

/** What has to let go of a tier before it can be deleted, in words. */
export function tierReferences({ clients, keys, overrides }: TierUse): string[] {
  return [
    ...overrides.map(({ policy }) => `policy ${policy}`),
    ...clients.map((client) => `client ${client}`),
    ...keys.map((key) => `key ${key}`),
  ];
}
