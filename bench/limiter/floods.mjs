import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { openRedisStore } from './floodgate.mjs';
import { tightLimit } from './limits.mjs';

const MIB = 2 ** 20;
/** Decisions between two turns of the event loop, as many as a busy gateway makes in one. */
const PER_TURN = 200;
const HONEST_KEYS = 1_000;
/** So that each visitor is back before the store has turned over once. */
const NEWCOMERS_PER_VISIT = 100;
const QUOTA = 10;
const LONGEST_MS = 60_000;
const HELD_KEYS_SHORT_MS = 3_000;
const HOLD_MS = 5_000;

/** A new key with every decision: what is kept, what is lost, and does the event loop still turn? */
export const floods = {
  /**
   * Beside the flood, some keys that are out of quota and some that come back now and then.
   * @param {{keys: number, quota: number}} order quota 1 makes every newcomer an exhausted key
   */
  async memory(lib, _redisUrl, { keys, quota }) {
    const store = lib.createMemoryStore();
    const decide = (key, limit, cost) => store.decide([{ key, limit, cost }]).verdicts[0];
    const [exhausted, roomy, newcomers] = [1, 1_000_000, quota].map((units) =>
      tightLimit(lib, 'fixed-window', units),
    );
    for (let i = 0; i < HONEST_KEYS; i++) decide(`ratelimit:{exhausted-${i}}`, exhausted, 1);
    let visits = 0;
    const measured = await pour(keys, (key, i) => {
      if (i % NEWCOMERS_PER_VISIT === 0) decide(visitorKey(visits++), roomy, 1);
      return decide(key, newcomers, 1);
    });
    const share = (isKept) =>
      Array.from({ length: HONEST_KEYS }, (_, i) => isKept(i)).filter(Boolean).length / HONEST_KEYS;
    const stillExhausted = share(
      (i) => decide(`ratelimit:{exhausted-${i}}`, exhausted, 0).remaining === 0,
    );
    const rightlyCounted = share((i) => {
      const used = roomy.quota - decide(visitorKey(i), roomy, 0).remaining;
      return used === Math.floor((visits - i + HONEST_KEYS - 1) / HONEST_KEYS);
    });
    await store.close();
    return { ...measured, exhausted_kept: stillExhausted, visitors_kept: rightlyCounted };
  },

  /** A store that denies everything, so that what grows is the cache. */
  async denyCache(lib, _redisUrl, { keys }) {
    const limit = tightLimit(lib, 'fixed-window', 1);
    const denying = lib.createMemoryStore();
    const verdict = { limit, allowed: false, remaining: 0, resetMs: 1e9, retryAfterMs: 1e9 };
    const ruling = { allowed: false, verdicts: [verdict], nowMs: 1, source: 'store' };
    const cache = lib.withDenyCache({ ...denying, decide: () => ruling });
    const measured = await pour(keys, (key) => cache.decide([{ key, limit, cost: 1 }]));
    await denying.close();
    return measured;
  },

  async redis(lib, redisUrl, { keys }) {
    const store = await openRedisStore(lib, redisUrl);
    const limit = tightLimit(lib, 'fixed-window', QUOTA);
    const measured = await pour(keys, (key) => store.decide([{ key, limit, cost: 1 }]));
    await store.close();
    return measured;
  },

  /** Holds many keys, half of which end while it is watched, under next to no load. */
  async holding(lib, _redisUrl, { keys }) {
    const store = lib.createMemoryStore({ maxKeys: keys });
    const long = tightLimit(lib, 'fixed-window', QUOTA);
    const short = lib.limitSchema.parse({ ...long, windowMs: HELD_KEYS_SHORT_MS });
    const hold = (key, i) => store.decide([{ key, limit: i % 2 === 0 ? long : short, cost: 1 }]);
    await pour(keys, hold);
    const delay = watchEventLoop();
    const endsAt = performance.now() + HOLD_MS;
    for (let i = 0; performance.now() < endsAt; i++) {
      hold(floodKey(i % keys), i);
      await sleep(1);
    }
    const held = { keys, ...delay.stop(), rss_mib: rssMib() };
    await store.close();
    return held;
  },
};

/** Decides for as many new keys as asked for, or as fit into the time. */
async function pour(keys, decide) {
  let peakMib = 0;
  const beforeMib = rssMib();
  const delay = watchEventLoop();
  const startedAt = performance.now();
  let poured = 0;
  while (poured < keys && performance.now() - startedAt < LONGEST_MS) {
    const first = poured;
    const last = Math.min(keys, first + PER_TURN);
    const asked = [];
    for (let i = first; i < last; i++) asked.push(decide(floodKey(i), i));
    poured = last;
    if (asked[0] instanceof Promise) await Promise.all(asked);
    else await turn();
    if (first % (PER_TURN * 100) === 0) peakMib = Math.max(peakMib, rssMib());
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  return {
    keys: poured,
    seconds,
    ...delay.stop(),
    before_mib: beforeMib,
    peak_mib: Math.max(peakMib, rssMib()),
  };
}

function watchEventLoop() {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  return {
    stop() {
      histogram.disable();
      const ms = (nanoseconds) => nanoseconds / 1e6;
      return { delay_p99_ms: ms(histogram.percentile(99)), delay_max_ms: ms(histogram.max) };
    },
  };
}

function rssMib() {
  return process.memoryUsage.rss() / MIB;
}

/** An identity of the length of an IPv6 network's. */
function floodKey(i) {
  return `ratelimit:{2001:db8:${(i >>> 16).toString(16)}:${(i & 0xffff).toString(16)}::/64}`;
}

function visitorKey(visit) {
  return `ratelimit:{visitor-${visit % HONEST_KEYS}}`;
}
