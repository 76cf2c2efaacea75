import type { Metadata } from 'next';
import { UpstreamEditor } from '@/components/upstreams/upstream-editor';
import { ControlPage } from '../../control-page';
import { upstreamDefaults } from '../defaults';

export const metadata: Metadata = { title: 'New upstream' };

export default function NewUpstreamPage() {
  return (
    <ControlPage current="/upstreams">
      <UpstreamEditor name={null} defaults={upstreamDefaults} />
    </ControlPage>
  );
}
