import type { Metadata } from 'next';
import { RouteEditor } from '@/components/routes/route-editor';
import { nameSchema } from '@/lib/policy';
import { ControlPage } from '../../../control-page';
import { blankRoute } from '../../defaults';

export const metadata: Metadata = { title: 'New route' };

interface Address {
  readonly searchParams: Promise<{ readonly upstream?: string | readonly string[] }>;
}

export default async function NewRoutePage({ searchParams }: Address) {
  const wanted = nameSchema.safeParse((await searchParams).upstream);
  return (
    <ControlPage current="/upstreams">
      <RouteEditor name={null} blank={blankRoute(wanted.data ?? '')} />
    </ControlPage>
  );
}
