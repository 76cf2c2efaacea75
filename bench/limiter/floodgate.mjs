import { fileURLToPath } from 'node:url';
import { forgets, roomyLimit, tightLimit } from './limits.mjs';

/** A slice that keeps Redis busy must not look like an outage. */
const TIMEOUT_MS = 20_000;
const SCRIPTS = fileURLToPath(new URL('../../lua', import.meta.url));

/** Opens a Redis store of the product. */
export async function openRedisStore({ createRedisStore }, url) {
  const store = createRedisStore({ url, timeoutMs: TIMEOUT_MS, scripts: SCRIPTS });
  await store.connect();
  return store;
}

export function loadDecideScript({ loadScript }) {
  return loadScript(SCRIPTS, 'decide');
}

/** Both stores under every registered algorithm, and what the deny cache does for a client out of quota. */
export function floodgateCandidates(lib) {
  const { algorithmNames, createMemoryStore, withDenyCache } = lib;
  const roomy = algorithmNames.flatMap((algorithm) => {
    const limit = roomyLimit(lib, algorithm);
    const common = { path: 'allowed', forgets: forgets(algorithm) };
    return [
      {
        name: `Floodgate, ${algorithm}`,
        store: 'redis',
        ...common,
        open: async (url) => asked(lib, await openRedisStore(lib, url), limit),
      },
      {
        name: `Floodgate in memory, ${algorithm}`,
        store: 'memory',
        isLocal: true,
        ...common,
        open: () => asked(lib, createMemoryStore(), limit),
      },
    ];
  });
  const tight = tightLimit(lib, 'fixed-window', 1);
  return [
    ...roomy,
    {
      name: 'Floodgate, out of quota',
      store: 'redis',
      path: 'denied',
      open: async (url) => asked(lib, await openRedisStore(lib, url), tight),
    },
    {
      name: 'Floodgate, out of quota, deny cache',
      store: 'redis',
      path: 'denied',
      isLocal: true,
      open: async (url) => asked(lib, withDenyCache(await openRedisStore(lib, url)), tight),
    },
  ];
}

function asked({ algorithmOf }, store, limit) {
  const isAllowed = ({ allowed }) => allowed;
  const own = {
    isAllowed,
    used: async (key) => {
      const lease = algorithmOf(limit).holdsSlots ? { lease: 'peek' } : {};
      const { verdicts } = await store.decide([{ key, limit, cost: 0, ...lease }]);
      return limit.quota - verdicts[0].remaining;
    },
    close: () => store.close(),
  };
  if (!algorithmOf(limit).holdsSlots) {
    return { ...own, ask: (key) => store.decide([{ key, limit, cost: 1 }]) };
  }
  let leases = 0;
  // A slot is taken for each request and given back: both are part of its price.
  const give = (key, lease, ruling) => {
    if (!ruling.allowed) return ruling;
    const released = store.release({ key, limit }, lease);
    return released instanceof Promise ? released.then(() => ruling) : ruling;
  };
  return {
    ...own,
    ask(key) {
      const lease = `${process.pid}-${leases++}`;
      const ruling = store.decide([{ key, limit, cost: 1, lease }]);
      return ruling instanceof Promise
        ? ruling.then((settled) => give(key, lease, settled))
        : give(key, lease, ruling);
    },
  };
}
