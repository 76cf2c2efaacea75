import type { Store, StoreHealth } from '../../limiter';
import { within } from '../../within';
import { counter, type Family, gauge, single } from './family';

type Told = Omit<StoreHealth, 'sinceMs'>;

/** Shorter than anybody who gathers metrics waits, however long the store's own timeout is. */
const LONGEST_WAIT_MS = 500;

/** How the store is, asked anew each time. */
export function createStoreMetrics(store: Pick<Store, 'kind' | 'health'>): () => Promise<Family[]> {
  let last: Told = { kind: store.kind, status: 'unreachable', latencyMs: null, failures: {} };

  async function ask(): Promise<Told> {
    const told = await within(store.health(), LONGEST_WAIT_MS);
    last = told ?? { ...last, status: 'unreachable', latencyMs: null };
    return last;
  }

  return async () => {
    const { kind, status, latencyMs, failures } = await ask();
    return [
      gauge(
        'floodgate_store_up',
        '0 while the store of counters does not answer and policies answer in its place.',
        'min',
        [{ value: status === 'ok' ? 1 : 0, labels: { store: kind } }],
      ),
      gauge(
        'floodgate_store_round_trip_seconds',
        'Of a question to the store just now; absent while it does not answer.',
        'max',
        latencyMs === null ? [] : single(latencyMs / 1_000),
      ),
      counter(
        'floodgate_store_failures_total',
        'Questions that the store failed to answer in time, by kind of failure.',
        Object.entries(failures).map(([failure, value]) => ({ value, labels: { kind: failure } })),
      ),
    ];
  };
}
