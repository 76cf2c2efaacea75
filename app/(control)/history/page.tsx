import type { Metadata } from 'next';
import { VersionList } from '@/components/history/version-list';
import { ControlPage } from '../control-page';

export const metadata: Metadata = { title: 'History' };

export default function HistoryPage() {
  return (
    <ControlPage current="/history">
      <VersionList />
    </ControlPage>
  );
}
