import { clsx } from 'clsx';
import { CircleCheck, TriangleAlert, Unplug } from 'lucide-react';
import type { Health, RateStatus } from '@/lib/gateway';
import { LocalTime } from './local-time';

interface ServiceStripProps {
  readonly status: RateStatus;
  readonly health: Health;
  readonly unreachableSinceMs: number | undefined;
}

/** One line that always stands under the header and says what is enforced, so that bad news moves nothing. */
export function ServiceStrip({ status, health, unreachableSinceMs }: ServiceStripProps) {
  const isUnreachable = unreachableSinceMs !== undefined;
  const isDegraded = !status.enforced || health.store.status !== 'ok';
  return (
    <div
      role="status"
      className={clsx(
        'border-line border-b text-sm',
        isUnreachable || isDegraded ? 'bg-degraded-wash text-degraded-text' : 'text-ink-faint',
      )}
    >
      <p className="mx-auto flex min-h-14 max-w-[80rem] items-center gap-2.5 px-4 sm:min-h-9 sm:px-8 [&_svg]:size-4 [&_svg]:shrink-0">
        {isUnreachable ? (
          <>
            <Unplug aria-hidden="true" />
            <span>
              Floodgate has not answered since <LocalTime atMs={unreachableSinceMs} />. What you see
              is from before; trying again every 2 seconds.
            </span>
          </>
        ) : isDegraded ? (
          <>
            <TriangleAlert aria-hidden="true" />
            <span>
              {status.store} has been unreachable since{' '}
              <LocalTime atMs={Date.parse(health.store.since)} />. Requests pass uncounted: no limit
              is enforced until it answers.
            </span>
          </>
        ) : (
          <>
            <CircleCheck aria-hidden="true" />
            <span>
              Limits are enforced
              {status.store === 'redis'
                ? ', counted in Redis and shared by all replicas.'
                : ', counted in the memory of this process.'}
            </span>
          </>
        )}
      </p>
    </div>
  );
}
