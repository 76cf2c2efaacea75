import { clsx } from 'clsx';
import { CircleCheck, CircleDashed, CircleX, TimerOff } from 'lucide-react';
import type { ReactNode } from 'react';
import type { UpstreamStatusJson } from '@/lib/admin';
import { TimeLeft } from './time-left';

type TargetStatus = UpstreamStatusJson['targets'][number];

const CHECKED = {
  healthy: { Icon: CircleCheck, look: 'text-allowed-text' },
  unhealthy: { Icon: CircleX, look: 'text-denied-text' },
  unknown: { Icon: CircleDashed, look: 'text-ink-faint' },
} as const;

interface TargetHealthProps {
  readonly target: TargetStatus;
  readonly isChecked: boolean;
  /** The server's time when it said so. */
  readonly toldAt: string;
}

/** Whether a target gets requests, and why not: two lines, whatever there is to say. */
export function TargetHealth({ target, isChecked, toldAt }: TargetHealthProps) {
  const { health, health_fault, ejected_until } = target;
  const { Icon, look } = CHECKED[health];
  const ejection = ejected_until !== null && (
    <TimeLeft until={ejected_until} toldAt={toldAt} before="ejected for" over="coming back" />
  );
  const isEjectedAlone = ejection !== false && health !== 'unhealthy';
  return (
    <div className="min-h-11">
      {isEjectedAlone ? (
        <State icon={<TimerOff />} look="text-denied-text">
          {ejection}
        </State>
      ) : (
        <State icon={<Icon />} look={look}>
          {health === 'unknown' ? unknownWords(isChecked, health_fault !== null) : health}
        </State>
      )}
      <p
        className="line-clamp-2 break-words text-ink-soft text-sm"
        title={health_fault ?? undefined}
      >
        {health_fault !== null
          ? `${health === 'healthy' ? 'last fault: ' : ''}${health_fault}`
          : isEjectedAlone
            ? 'failed too often in a row'
            : ejection}
      </p>
    </div>
  );
}

function unknownWords(isChecked: boolean, hasFault: boolean): string {
  if (!isChecked) return 'not checked';
  return hasFault ? 'fails its first checks' : 'not checked yet';
}

interface StateProps {
  readonly icon: ReactNode;
  readonly look: string;
  readonly children: ReactNode;
}

function State({ icon, look, children }: StateProps) {
  return (
    <p className={clsx('flex items-center gap-1.5 whitespace-nowrap', look)}>
      <span aria-hidden="true" className="[&>svg]:size-4">
        {icon}
      </span>
      <span>{children}</span>
    </p>
  );
}
