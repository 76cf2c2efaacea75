import { headers } from 'next/headers';
import { AppHeader } from '@/components/shell/app-header';
import { StoreStatus } from '@/components/shell/store-status';
import { TrafficConsole } from '@/components/traffic/traffic-console';
import { healthOf, PEER_HEADER, rateStatusOf } from '@/lib/gateway';
import { getRuntime } from '@/lib/runtime';

export default async function TrafficPage() {
  const { store, stockPriceLimiter, clientIp, replica } = await getRuntime();
  const requestHeaders = await headers();
  const client = clientIp({
    peerAddress: requestHeaders.get(PEER_HEADER) ?? '',
    header: (name) => requestHeaders.get(name) ?? undefined,
  });
  const [status, health] = await Promise.all([
    rateStatusOf(stockPriceLimiter, client),
    healthOf(replica, store),
  ]);
  return (
    <>
      <AppHeader current="/" aside={<StoreStatus initial={health} />} />
      <TrafficConsole initialStatus={status} initialHealth={health} />
    </>
  );
}
