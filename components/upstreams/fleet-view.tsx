import { clsx } from 'clsx';
import type { UpstreamStatusJson } from '@/lib/admin';
import { fleetWords } from './upstream-words';

const LOOKS = {
  closed: 'text-ink-soft',
  'half-open': 'text-degraded-text',
  open: 'text-denied-text',
} as const;

/** Further ones are counted, not named. */
const MOST_NAMED = 6;

/** The breaker on every replica, where there are several: each has its own. */
export function FleetView({ replicas }: Pick<UpstreamStatusJson, 'replicas'>) {
  if (replicas.length < 2) return null;
  const named =
    replicas.length <= MOST_NAMED
      ? replicas
      : replicas.toSorted((a, b) => troubleOf(b) - troubleOf(a)).slice(0, MOST_NAMED);
  return (
    <div className="text-sm">
      <p className="font-semibold">{fleetWords(replicas)}</p>
      <ul className="mt-0.5">
        {named.map(({ replica, state, tripped }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two replicas may have the same name.
          <li key={`${replica} ${index}`} className="flex justify-between gap-4">
            <span className="min-w-0 truncate text-ink-soft">{replica}</span>
            <span className={clsx('shrink-0', LOOKS[state])}>
              {state}
              {tripped && ', tripped'}
            </span>
          </li>
        ))}
      </ul>
      {replicas.length > MOST_NAMED && (
        <p className="text-ink-faint">and {replicas.length - MOST_NAMED} more</p>
      )}
    </div>
  );
}

/** Those that are not closed come first where not all are named. */
function troubleOf({ state }: UpstreamStatusJson['replicas'][number]): number {
  return state === 'closed' ? 0 : 1;
}
