import type { Metadata } from 'next';
import { PolicyEditor } from '@/components/policies/policy-editor';
import { limitFields } from '@/lib/policy';
import { ControlPage } from '../../control-page';

export const metadata: Metadata = { title: 'New policy' };

export default function NewPolicyPage() {
  return (
    <ControlPage current="/policies">
      <PolicyEditor name={null} algorithms={limitFields} />
    </ControlPage>
  );
}
