import type { Metadata } from 'next';
import { PolicyEditor } from '@/components/policies/policy-editor';
import { limitFields } from '@/lib/policy';
import { ControlPage } from '../../control-page';

interface Address {
  readonly params: Promise<{ readonly name: string }>;
}

export async function generateMetadata({ params }: Address): Promise<Metadata> {
  return { title: decodeURIComponent((await params).name) };
}

export default async function PolicyPage({ params }: Address) {
  const { name } = await params;
  return (
    <ControlPage current="/policies">
      <PolicyEditor key={name} name={decodeURIComponent(name)} algorithms={limitFields} />
    </ControlPage>
  );
}
