import { type Store, StoreError } from '../../lib/limiter';

/** A store that is there and never answers. */
export function failingStore(): Store {
  const fail = () => Promise.reject(new StoreError('timeout', 'no answer'));
  return {
    kind: 'redis',
    decide: fail,
    canDecideTogether: () => true,
    release: fail,
    reset: fail,
    block: fail,
    onReset: () => undefined,
    health: async () => ({
      kind: 'redis',
      status: 'unreachable',
      latencyMs: null,
      sinceMs: 0,
      failures: { timeout: 1 },
    }),
    close: async () => undefined,
  };
}
