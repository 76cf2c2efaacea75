import type { Metadata } from 'next';
import { TierList } from '@/components/tiers/tier-list';
import { ControlPage } from '../control-page';

export const metadata: Metadata = { title: 'Tiers' };

export default function TiersPage() {
  return (
    <ControlPage current="/tiers">
      <TierList />
    </ControlPage>
  );
}
