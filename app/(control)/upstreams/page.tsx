import type { Metadata } from 'next';
import { UpstreamList } from '@/components/upstreams/upstream-list';
import { ControlPage } from '../control-page';

export const metadata: Metadata = { title: 'Upstreams' };

export default function UpstreamsPage() {
  return (
    <ControlPage current="/upstreams">
      <UpstreamList />
    </ControlPage>
  );
}
