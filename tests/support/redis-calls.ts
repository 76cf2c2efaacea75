import type { Redis } from 'ioredis';

/** How often Redis was told each command since its counts began. */
export async function callsOf(admin: Redis): Promise<Map<string, number>> {
  const stats = await admin.info('commandstats');
  return new Map(
    [...stats.matchAll(/^cmdstat_(\w+):calls=(\d+)/gm)].map(([, name = '', calls]) => [
      name,
      Number(calls),
    ]),
  );
}
