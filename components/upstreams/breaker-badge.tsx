import { clsx } from 'clsx';
import { CircleCheck, CircleDotDashed, CircleX, Hand } from 'lucide-react';
import type { UpstreamStatusJson } from '@/lib/admin';
import { TimeLeft } from './time-left';

type Breaker = UpstreamStatusJson['breaker'];

const STATES = {
  closed: { Icon: CircleCheck, look: 'text-allowed-text' },
  'half-open': { Icon: CircleDotDashed, look: 'text-degraded-text' },
  open: { Icon: CircleX, look: 'text-denied-text' },
} as const;

interface BreakerBadgeProps {
  readonly breaker: Breaker;
  /** Whether any target takes requests. */
  readonly hasTarget: boolean;
  /** The server's time when it said so. */
  readonly toldAt: string;
}

/** A breaker's state, and what it means for the next request. */
export function BreakerBadge({ breaker, hasTarget, toldAt }: BreakerBadgeProps) {
  const { look, Icon } = STATES[breaker.state];
  const Shown = breaker.tripped ? Hand : Icon;
  return (
    <div className="min-h-12">
      <p className={clsx('flex items-center gap-1.5 font-semibold', look)}>
        <Shown className="size-5" aria-hidden="true" />
        Breaker {breaker.state}
      </p>
      <p className="text-ink-soft text-sm">
        <Meaning breaker={breaker} hasTarget={hasTarget} toldAt={toldAt} />
      </p>
    </div>
  );
}

function Meaning({ breaker, hasTarget, toldAt }: BreakerBadgeProps) {
  const { state, tripped, probe_at } = breaker;
  if (tripped) return 'Tripped by a person: 503 until it is reset.';
  if (!hasTarget)
    return <span className="text-denied-text">No target is well: requests get 503.</span>;
  if (state === 'closed') return 'Requests pass.';
  if (state === 'half-open') return 'One request tries it; the others get 503.';
  return (
    <>
      Requests get 503;{' '}
      {probe_at === null ? (
        'probe soon'
      ) : (
        <TimeLeft
          until={probe_at}
          toldAt={toldAt}
          before="probe in"
          over="the next one is the probe"
        />
      )}
      .
    </>
  );
}
