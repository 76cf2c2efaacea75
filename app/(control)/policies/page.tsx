import type { Metadata } from 'next';
import { PolicyList } from '@/components/policies/policy-list';
import { ControlPage } from '../control-page';

export const metadata: Metadata = { title: 'Policies' };

export default function PoliciesPage() {
  return (
    <ControlPage current="/policies">
      <PolicyList />
    </ControlPage>
  );
}
