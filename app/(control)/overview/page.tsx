import type { Metadata } from 'next';
import { Overview } from '@/components/overview/overview';
import { ControlPage } from '../control-page';
import { RecordedPage } from '../recorded-page';

export const metadata: Metadata = { title: 'Overview' };

export default function OverviewPage() {
  return (
    <ControlPage current="/overview">
      <RecordedPage title="Overview">
        <Overview />
      </RecordedPage>
    </ControlPage>
  );
}
