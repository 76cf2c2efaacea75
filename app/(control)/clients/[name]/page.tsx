import type { Metadata } from 'next';
import { ClientDetails } from '@/components/clients/client-details';
import { ControlPage } from '../../control-page';

interface Address {
  readonly params: Promise<{ readonly name: string }>;
}

export async function generateMetadata({ params }: Address): Promise<Metadata> {
  return { title: decodeURIComponent((await params).name) };
}

export default async function ClientPage({ params }: Address) {
  const { name } = await params;
  return (
    <ControlPage current="/clients">
      <ClientDetails key={name} name={decodeURIComponent(name)} />
    </ControlPage>
  );
}
