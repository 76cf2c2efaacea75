import type { ReactNode } from 'react';
import { EmptyNotice } from '@/components/ui/notice';
import { PageHeading } from '@/components/ui/page-heading';
import { presentHealth } from '@/lib/route';

interface RecordedPageProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** What shows recorded traffic, where any is recorded. */
export async function RecordedPage({ title, children }: RecordedPageProps) {
  const { telemetry } = await presentHealth();
  if (telemetry === 'on') return children;
  return (
    <>
      <PageHeading title={title} detail="What is let in and what is refused, for everyone." />
      <EmptyNotice title="No traffic is recorded">
        <p>
          Floodgate was started with <code className="font-mono">FLOODGATE_TELEMETRY=off</code>.
          Start it without, and what comes from then on is shown here.
        </p>
      </EmptyNotice>
    </>
  );
}
