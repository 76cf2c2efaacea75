import type { Metadata } from 'next';
import { UpstreamEditor } from '@/components/upstreams/upstream-editor';
import { ControlPage } from '../../control-page';
import { upstreamDefaults } from '../defaults';

interface Address {
  readonly params: Promise<{ readonly name: string }>;
}

export async function generateMetadata({ params }: Address): Promise<Metadata> {
  return { title: decodeURIComponent((await params).name) };
}

export default async function UpstreamPage({ params }: Address) {
  const { name } = await params;
  return (
    <ControlPage current="/upstreams">
      <UpstreamEditor key={name} name={decodeURIComponent(name)} defaults={upstreamDefaults} />
    </ControlPage>
  );
}
