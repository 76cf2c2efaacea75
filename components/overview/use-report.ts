import { useEffect, useMemo, useRef, useState } from 'react';
import useSWR from 'swr';
import type { AdminError } from '@/components/admin/admin-error';
import { adminRequest } from '@/components/admin/admin-request';
import { usePaused } from '@/components/hooks/polling';
import { useLive } from '@/components/hooks/use-live';
import { feedAddress, type LiveSecond } from '@/components/live/feed';
import type { Report } from './report';
import { timelineOf, withSeconds } from './timeline';
import { isLive, reportPath, type View } from './view';

/** A live report is read again so often, and another, ms. */
const LIVE_REFRESH_MS = 10_000;
const REFRESH_MS = 60_000;
/** Seconds kept beside the report; it is read again long before they are more. */
const SECONDS_KEPT = 600;

const NO_SECONDS: readonly LiveSecond[] = [];

/** The report of a view, kept up to the second where the view is a live one. */
export function useReport(view: View) {
  const isPaused = usePaused();
  const path = reportPath(view);
  const isStill = view.span !== undefined;
  const { data, error, mutate } = useSWR<{ path: string; report: Report }, AdminError>(
    path,
    async (known: string) => ({ path: known, report: await adminRequest<Report>(known) }),
    {
      keepPreviousData: true,
      refreshInterval: isPaused || isStill ? 0 : isLive(view) ? LIVE_REFRESH_MS : REFRESH_MS,
      revalidateOnFocus: !isPaused,
      revalidateOnReconnect: !isPaused,
      refreshWhenOffline: true,
      shouldRetryOnError: (fault: AdminError) => fault.status === 0 || fault.status >= 500,
      errorRetryInterval: 2_000,
    },
  );
  const filter = { route: view.route, policy: view.policy, replica: view.replica };
  const { seconds, onSecond } = useSeconds(feedAddress('seconds', filter));
  const connection = useLive({
    stream: 'seconds',
    filter,
    isPaused: isPaused || isStill,
    onSecond,
    onGap: () => void mutate(),
  });

  const report = data?.report;
  const told = useMemo(() => report && timelineOf(report), [report]);
  const timeline = useMemo(
    () => told && (isLive(view) ? withSeconds(told, seconds) : told),
    [told, seconds, view],
  );
  return {
    report,
    /** What the report told, without the seconds since. */
    told,
    timeline,
    error,
    /** Whether what is shown is still that of another view. */
    isStale: data !== undefined && data.path !== path,
    latest: seconds.at(-1),
    connection,
    refresh: () => void mutate(),
  };
}

/** The latest seconds of one feed, ascending. Those that come together are shown together. */
function useSeconds(address: string) {
  const [known, setKnown] = useState({ address, seconds: NO_SECONDS });
  const waiting = useRef<LiveSecond[]>([]);
  const frame = useRef(0);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);

  function onSecond(second: LiveSecond): void {
    waiting.current.push(second);
    if (waiting.current.length > 1) return;
    frame.current = requestAnimationFrame(() => {
      const added = waiting.current;
      waiting.current = [];
      setKnown((before) => ({
        address,
        seconds: merged(before.address === address ? before.seconds : NO_SECONDS, added),
      }));
    });
  }

  return { seconds: known.address === address ? known.seconds : NO_SECONDS, onSecond };
}

function merged(known: readonly LiveSecond[], added: readonly LiveSecond[]): LiveSecond[] {
  const from = added[0]?.at ?? Number.POSITIVE_INFINITY;
  return [...known.filter(({ at }) => at < from), ...added].slice(-SECONDS_KEPT);
}
