import { setImmediate as turn } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { openRedisStore } from './floodgate.mjs';
import { percentilesUs } from './lanes.mjs';
import { roomyLimit } from './limits.mjs';

/**
 * One decision at a time and one bare PING at a time, in turns and each on a connection of its own
 * from the same process to the same Redis, so that whatever disturbs one disturbs the other.
 * @param {{rounds: number, pairs: number}} order
 */
export async function lone(lib, redisUrl, { rounds, pairs }) {
  const store = await openRedisStore(lib, redisUrl);
  const client = new Redis(redisUrl);
  const limit = roomyLimit(lib, 'fixed-window');
  const decide = () => store.decide([{ key: 'ratelimit:{lone}', limit, cost: 1 }]);
  const ping = () => client.ping();
  const timed = async (work) => {
    await turn();
    const startedAt = performance.now();
    await work();
    return performance.now() - startedAt;
  };
  try {
    const taken = [];
    // The first round warms up and is not counted.
    for (let round = 0; round <= rounds; round++) {
      const pings = [];
      const decisions = [];
      for (let i = 0; i < pairs; i++) {
        pings.push(await timed(ping));
        decisions.push(await timed(decide));
      }
      if (round > 0) taken.push({ ping: percentilesUs(pings), decision: percentilesUs(decisions) });
    }
    return taken;
  } finally {
    client.disconnect();
    await store.close();
  }
}
