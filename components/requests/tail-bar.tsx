import { clsx } from 'clsx';
import { ArrowUp, Pause, Play } from 'lucide-react';
import type { LiveConnection } from '@/components/hooks/use-live';
import { formatCount, plural } from '@/components/traffic/format';
import { LocalTime } from '@/components/traffic/local-time';
import { Button } from '@/components/ui/button';
import { Kbd } from '@/components/ui/kbd';
import type { Pulse } from './use-tail';

interface TailBarProps {
  readonly connection: LiveConnection;
  readonly pulse: Pulse | undefined;
  readonly isPaused: boolean;
  /** Whether somebody reads, so that nothing may move. */
  readonly isHeld: boolean;
  /** Requests that wait to be shown. */
  readonly waiting: number;
  readonly onPause: () => void;
  readonly onRelease: () => void;
}

/** How live the list is, and what waits to come in. Stays in sight, and as high, whatever it says. */
export function TailBar(props: TailBarProps) {
  const { connection, pulse, isPaused, isHeld, waiting, onPause, onRelease } = props;
  const isLost = connection.lostSinceMs !== undefined;
  return (
    <div className="sticky top-0 z-10 flex h-14 items-center gap-4 border-line border-y bg-page">
      <p className="flex min-w-0 items-center gap-2.5">
        <span
          aria-hidden="true"
          className={clsx(
            'size-2 shrink-0 rounded-full',
            isLost ? 'bg-degraded' : !isHeld && connection.isOpen ? 'bg-allowed' : 'bg-edge',
          )}
        />
        <span role="status" className="truncate">
          <State connection={connection} isPaused={isPaused} isHeld={isHeld} />
        </span>
      </p>
      {pulse !== undefined && (
        <p className="min-w-0 truncate text-ink-soft text-sm max-md:hidden">
          {plural(pulse.perSecond, 'request')}/s
          {pulse.sample > 1 &&
            `, showing 1 of ${formatCount(pulse.sample)}: they come faster than they can be shown`}
        </p>
      )}
      <div className="ml-auto flex shrink-0 items-center gap-2">
        {waiting > 0 && (
          <Button variant="primary" className="h-9 px-3 text-sm" onClick={onRelease}>
            <ArrowUp className="size-4" aria-hidden="true" />
            {plural(waiting, 'new request')}
          </Button>
        )}
        <Button
          variant="quiet"
          aria-keyshortcuts="P"
          aria-label={isPaused ? 'Resume' : 'Pause'}
          className="h-9 px-3 text-sm max-sm:w-11 max-sm:px-0"
          onClick={onPause}
        >
          {isPaused ? (
            <Play className="size-4" aria-hidden="true" />
          ) : (
            <Pause className="size-4" aria-hidden="true" />
          )}
          <span className="max-sm:hidden">{isPaused ? 'Resume' : 'Pause'}</span>
          <Kbd>P</Kbd>
        </Button>
      </div>
    </div>
  );
}

type StateProps = Pick<TailBarProps, 'connection' | 'isPaused' | 'isHeld'>;

function State({ connection: { isOpen, lostSinceMs }, isPaused, isHeld }: StateProps) {
  if (lostSinceMs !== undefined) {
    return (
      <>
        No live feed since <LocalTime atMs={lostSinceMs} />, trying again
      </>
    );
  }
  if (isPaused) return 'Paused';
  if (!isOpen) return 'Connecting…';
  return isHeld ? 'Held while you read' : 'Live';
}
