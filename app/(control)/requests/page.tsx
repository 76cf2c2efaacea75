import type { Metadata } from 'next';
import { RequestConsole } from '@/components/requests/request-console';
import { ControlPage } from '../control-page';
import { RecordedPage } from '../recorded-page';

export const metadata: Metadata = { title: 'Requests' };

export default function RequestsPage() {
  return (
    <ControlPage current="/requests">
      <RecordedPage title="Requests">
        <RequestConsole />
      </RecordedPage>
    </ControlPage>
  );
}
