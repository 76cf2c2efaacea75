import type { Metadata } from 'next';
import { ReplicaList } from '@/components/replicas/replica-list';
import { ControlPage } from '../control-page';

export const metadata: Metadata = { title: 'Replicas' };

export default function ReplicasPage() {
  return (
    <ControlPage current="/replicas">
      <ReplicaList />
    </ControlPage>
  );
}
