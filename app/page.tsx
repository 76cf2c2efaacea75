import { headers } from 'next/headers';
import Link from 'next/link';
import { AppHeader } from '@/components/shell/app-header';
import { Message } from '@/components/shell/message';
import { StoreStatus } from '@/components/shell/store-status';
import { TrafficConsole } from '@/components/traffic/traffic-console';
import { presentHealth, visitorStatus } from '@/lib/route';

export default async function TrafficPage() {
  const [status, health] = await Promise.all([
    visitorStatus(await headers(), '/api/v1/stock-price'),
    presentHealth(),
  ]);
  if (status === undefined) {
    return (
      <Message
        title="Nothing to watch"
        detail="No enforced policy limits /api/v1/stock-price for you, so no request would be refused."
      >
        <Link href="/policies" className="text-accent-text underline">
          Policies
        </Link>
      </Message>
    );
  }
  return (
    <>
      <AppHeader current="/" aside={<StoreStatus initial={health} />} />
      <TrafficConsole initialStatus={status} initialHealth={health} />
    </>
  );
}
