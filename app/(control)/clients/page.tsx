import type { Metadata } from 'next';
import { ClientList } from '@/components/clients/client-list';
import { ControlPage } from '../control-page';

export const metadata: Metadata = { title: 'Clients' };

export default function ClientsPage() {
  return (
    <ControlPage current="/clients">
      <ClientList />
    </ControlPage>
  );
}
