import { clsx } from 'clsx';
import { Pause, Play, Unplug } from 'lucide-react';
import { togglePolling } from '@/components/hooks/polling';
import type { LiveConnection } from '@/components/hooks/use-live';
import { LocalTime } from '@/components/traffic/local-time';
import { Button } from '@/components/ui/button';
import { Kbd } from '@/components/ui/kbd';
import type { Span } from './view';

interface LiveStateProps {
  readonly connection: LiveConnection;
  readonly isPaused: boolean;
  readonly span: Span | undefined;
  /** Up to when it tells, Unix seconds; undefined: nothing is known yet. */
  readonly until: number | undefined;
  readonly error: Error | undefined;
}

/** How present the page is, in one line that is always there, and the button that stops what moves. */
export function LiveState(props: LiveStateProps) {
  const { connection, isPaused, span, until, error } = props;
  const isBad =
    connection.lostSinceMs !== undefined || (error !== undefined && until !== undefined);
  return (
    <div className="ml-auto flex items-center gap-2">
      <p
        role="status"
        className={clsx(
          'flex min-h-9 items-center gap-2 rounded-lg [&_svg]:size-4 [&_svg]:shrink-0',
          isBad ? 'bg-degraded-wash px-3 text-degraded-text' : 'text-ink-soft',
        )}
      >
        {isBad && <Unplug aria-hidden="true" />}
        <Words {...props} />
      </p>
      {span === undefined && (
        <Button
          variant="quiet"
          aria-label={isPaused ? 'Resume (P)' : 'Pause (P)'}
          onClick={togglePolling}
          className="px-3"
        >
          {isPaused ? (
            <Play className="size-4" aria-hidden="true" />
          ) : (
            <Pause className="size-4" aria-hidden="true" />
          )}
          <Kbd>P</Kbd>
        </Button>
      )}
    </div>
  );
}

function Words({ connection, isPaused, span, until, error }: LiveStateProps) {
  const { lostSinceMs, isOpen } = connection;
  const asOf = until !== undefined && <LocalTime atMs={until * 1_000} />;
  if (lostSinceMs !== undefined) {
    return (
      <span>
        Connection lost at <LocalTime atMs={lostSinceMs} />; trying again.
      </span>
    );
  }
  if (error !== undefined && asOf) return <span>Not read since {asOf}; trying again.</span>;
  if (span !== undefined) return <span>A time in the past: it stands still.</span>;
  if (isPaused) return <span>Paused{asOf && <> at {asOf}</>}</span>;
  return (
    <>
      <span
        aria-hidden="true"
        className={clsx('size-2 rounded-full', isOpen ? 'bg-allowed' : 'bg-edge')}
      />
      {isOpen ? 'Live' : 'Connecting'}
    </>
  );
}
