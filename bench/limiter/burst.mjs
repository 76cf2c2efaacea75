import { openRedisStore } from './floodgate.mjs';
import { tightLimit } from './limits.mjs';

/**
 * Asks for everything at once.
 * @param {{algorithm: string, quota: number, calls: number}} order
 * @returns {Promise<number>} how many were allowed
 */
export async function burst(lib, redisUrl, { algorithm, quota, calls }) {
  const limit = tightLimit(lib, algorithm, quota);
  const { holdsSlots } = lib.algorithmOf(limit);
  const store = await openRedisStore(lib, redisUrl);
  try {
    const rulings = await Promise.all(
      Array.from({ length: calls }, (_, i) => {
        const lease = holdsSlots ? { lease: `${process.pid}-${i}` } : {};
        return store.decide([{ key: `ratelimit:{burst-${algorithm}}`, limit, cost: 1, ...lease }]);
      }),
    );
    return rulings.filter(({ allowed }) => allowed).length;
  } finally {
    await store.close();
  }
}
