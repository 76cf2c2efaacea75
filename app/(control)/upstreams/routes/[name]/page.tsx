import type { Metadata } from 'next';
import { RouteEditor } from '@/components/routes/route-editor';
import { ControlPage } from '../../../control-page';
import { blankRoute } from '../../defaults';

interface Address {
  readonly params: Promise<{ readonly name: string }>;
}

export async function generateMetadata({ params }: Address): Promise<Metadata> {
  return { title: decodeURIComponent((await params).name) };
}

export default async function RoutePage({ params }: Address) {
  const { name } = await params;
  return (
    <ControlPage current="/upstreams">
      <RouteEditor key={name} name={decodeURIComponent(name)} blank={blankRoute('')} />
    </ControlPage>
  );
}
