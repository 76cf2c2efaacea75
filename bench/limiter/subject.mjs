import { burst } from './burst.mjs';
import { createCandidates } from './candidates.mjs';
import { floods } from './floods.mjs';
import { runLanes } from './lanes.mjs';
import { lone } from './lone.mjs';

/**
 * The process under test. It does one thing at a time, as the parent tells it, and answers with the
 * result; what it keeps between two orders is one open candidate.
 */
const [, , bundle, redisUrl] = process.argv;
const lib = await import(bundle);

/** Answers without a round trip are quicker than reading the clock twice for each. */
const LOCAL_TIMED_EVERY = 64;
let open;
let keys = [];
let totals = { decisions: 0, allowed: 0 };
let timeEvery = 1;

const orders = {
  async open({ name }) {
    const candidate = createCandidates(lib).find((other) => other.name === name);
    open = await candidate.open(redisUrl);
    if (candidate.isLocal) timeEvery = LOCAL_TIMED_EVERY;
  },

  /** New keys, nothing counted. */
  begin({ prefix, count }) {
    keys = Array.from({ length: count }, (_, i) => `ratelimit:{${prefix}-${i}}`);
    totals = { decisions: 0, allowed: 0 };
  },

  async slice({ inFlight, ms }) {
    const slice = await runLanes(open, { keys, inFlight, ms, timeEvery });
    totals.decisions += slice.decisions;
    totals.allowed += slice.allowed;
    return slice;
  },

  /** What was answered since `begin`, and what the candidate has counted for it. */
  async totals() {
    let used = 0;
    for (const key of keys) used += await open.used(key);
    return { ...totals, used };
  },

  lone: (order) => lone(lib, redisUrl, order),
  burst: (order) => burst(lib, redisUrl, order),
  flood: ({ kind, ...order }) => floods[kind](lib, redisUrl, order),
};

process.on('message', async ({ id, order, options }) => {
  try {
    process.send({ id, result: await orders[order](options) });
  } catch (error) {
    process.send({ id, error: error.stack ?? String(error) });
  }
});
process.on('disconnect', () => process.exit());
process.send({ id: 0 });
