import useSWR from 'swr';
import type { AdminError } from '@/components/admin/admin-error';
import { adminRequest } from '@/components/admin/admin-request';
import { pageClock } from '@/components/traffic/page-clock';
import type { UpstreamStatuses, UpstreamStatusJson } from '@/lib/admin';

const PATH = '/upstream-status';
const INTERVAL_MS = 1_000;
/** Time between attempts while no answer comes, ms. */
const RETRY_MS = 2_000;

export type BreakerCommand = 'trip' | 'reset';

/** How the upstreams are on the replica that answers, asked for every second while the page is seen. */
export function useUpstreamStatus() {
  const { data, error, mutate } = useSWR<UpstreamStatuses, AdminError>(PATH, readStatuses, {
    refreshInterval: INTERVAL_MS,
    dedupingInterval: INTERVAL_MS / 2,
    // A server on this computer or this network answers without the internet.
    refreshWhenOffline: true,
    shouldRetryOnError: ({ status }: AdminError) => status === 0 || status >= 500,
    onErrorRetry(_error, _key, _config, revalidate, options) {
      setTimeout(() => void revalidate(options), RETRY_MS);
    },
  });

  /** @throws AdminError */
  async function command(name: string, action: BreakerCommand): Promise<void> {
    const path = `/upstreams/${encodeURIComponent(name)}/${action}`;
    const changed = await adminRequest<UpstreamStatusJson>(path, { method: 'POST' });
    const replaced = (present: UpstreamStatuses | undefined) =>
      present && {
        ...present,
        items: present.items.map((item) => (item.name === name ? changed : item)),
      };
    await mutate(replaced, { revalidate: false });
  }

  return { statuses: data, error, command };
}

async function readStatuses(path: string): Promise<UpstreamStatuses> {
  const sentAtMs = performance.now();
  const answer = await adminRequest<UpstreamStatuses>(path);
  pageClock.observe(Date.parse(answer.server_time), sentAtMs, performance.now());
  return answer;
}
