// A process that takes from the same limits as others: started by contend() with a store's URL, a key
// and a number of calls. Says that it is connected, waits for the word, and tells how many were
// allowed of each algorithm's.
import { createRedisStore, type Limit } from '../../lib/limiter';
import { yearlyLimits } from './yearly-limits';

const [url = '', key = '', quota = '', calls = ''] = process.argv.slice(2);
// Ten thousand calls at once on a shared machine: slow here is not the same as lost.
const store = createRedisStore({ url, timeoutMs: 20_000, scripts: 'lua' });

async function allowedOf(limit: Limit): Promise<number> {
  const rulings = await Promise.all(
    Array.from({ length: Number(calls) }, (_, call) =>
      store.decide([
        { key: `${key}:${limit.algorithm}`, limit, cost: 1, lease: `${process.pid}-${call}` },
      ]),
    ),
  );
  return rulings.filter(({ allowed }) => allowed).length;
}

process.once('message', async () => {
  const allowed: number[] = [];
  for (const limit of yearlyLimits(Number(quota))) allowed.push(await allowedOf(limit));
  process.send?.(allowed);
  await store.close();
  process.disconnect();
});

await store.connect();
process.send?.('connected');
