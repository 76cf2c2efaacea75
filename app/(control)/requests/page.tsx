import type { Metadata } from 'next';
import { RequestConsole } from '@/components/requests/request-console';
import { ControlPage } from '../control-page';

export const metadata: Metadata = { title: 'Requests' };

export default function RequestsPage() {
  return (
    <ControlPage current="/requests">
      <RequestConsole />
    </ControlPage>
  );
}
