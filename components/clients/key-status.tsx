import { clsx } from 'clsx';
import { Ban, CircleCheck, Clock } from 'lucide-react';
import type { Key } from '@/components/admin/resources';

const STATUSES = {
  active: { Icon: CircleCheck, look: 'text-allowed-text' },
  expired: { Icon: Clock, look: 'text-ink-faint' },
  revoked: { Icon: Ban, look: 'text-denied-text' },
} as const;

export function KeyStatus({ status }: { status: Key['status'] }) {
  const { Icon, look } = STATUSES[status];
  return (
    <span className={clsx('inline-flex items-center gap-1.5', look)}>
      <Icon className="size-4" aria-hidden="true" />
      {status}
    </span>
  );
}
