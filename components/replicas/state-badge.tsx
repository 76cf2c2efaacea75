import { clsx } from 'clsx';
import { CircleCheck, CircleDotDashed, CircleX } from 'lucide-react';
import type { Replica } from './replica';
import { ageWords } from './replica-words';

const STATES = {
  live: { Icon: CircleCheck, look: 'text-allowed-text' },
  silent: { Icon: CircleDotDashed, look: 'text-degraded-text' },
  gone: { Icon: CircleX, look: 'text-denied-text' },
} as const;

interface StateBadgeProps {
  readonly replica: Replica;
  /** The server's time when it said so, Unix ms. */
  readonly toldAtMs: number;
}

/** Whether a replica is heard of, and since when not. */
export function StateBadge({ replica: { state, seen_at, is_self }, toldAtMs }: StateBadgeProps) {
  const { Icon, look } = STATES[state];
  return (
    <>
      <p className={clsx('flex items-center gap-1.5 whitespace-nowrap font-semibold', look)}>
        <Icon className="size-4 shrink-0" aria-hidden="true" />
        {state}
      </p>
      <p className="text-ink-faint text-sm">
        {state === 'live'
          ? is_self && 'answers you'
          : `for ${ageWords(toldAtMs - Date.parse(seen_at))}`}
      </p>
    </>
  );
}
