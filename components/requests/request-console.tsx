'use client';

import dynamic from 'next/dynamic';
import { useMemo, useRef, useState } from 'react';
import { useRequests } from '@/components/hooks/use-requests';
import { useShortcuts } from '@/components/hooks/use-shortcuts';
import { FailureNotice, Skeleton } from '@/components/ui/notice';
import { PageHeading } from '@/components/ui/page-heading';
import { FilterBar } from './filter-bar';
import { linesOf, seenIn } from './lines';
import { NoRequests } from './no-requests';
import { isFiltering, matchesFilter, NO_FILTER } from './request-filter';
import { RequestTable } from './request-table';
import { TailBar } from './tail-bar';
import { useLineFocus } from './use-line-focus';
import { useReading } from './use-reading';
import { address, useRequestAddress } from './use-request-address';
import { useRowRange } from './use-row-range';
import { useTail } from './use-tail';

const RequestSheet = dynamic(() => import('./request-sheet').then((part) => part.RequestSheet), {
  ssr: false,
});

/** As high as the bar that stays in sight. */
const BAR_PX = 56;

/** Requests as they are decided, and those that the replicas still keep. */
export function RequestConsole() {
  const { filter, search, opened, type, change, open, close } = useRequestAddress();
  const { found, error, isLoading, refresh } = useRequests(filter);
  const [isPaused, setPaused] = useState(false);
  const { isReading, handlers } = useReading();
  const list = useRef<HTMLTableSectionElement>(null);
  const { first, end, rowPx, isScrolled } = useRowRange(list, BAR_PX);
  const isHeld = isPaused || isReading || isScrolled || opened !== undefined;
  const { tail, release, pulse, connection } = useTail({ filter, isHeld, onConnected: refresh });

  const lines = useMemo(
    () => linesOf(tail, found, (decision) => matchesFilter(filter, decision), isFiltering(filter)),
    [tail, found, filter],
  );
  const seen = useMemo(() => seenIn(lines), [lines]);
  const focus = useLineFocus(lines, { list, rowPx, barPx: BAR_PX });
  const togglePause = () => setPaused(!isPaused);
  useShortcuts({
    p: togglePause,
    j: () => focus.move(1),
    k: () => focus.move(-1),
  });

  function showWaiting() {
    release();
    if (isScrolled) list.current?.scrollIntoView({ block: 'start' });
  }

  const hasRequests = lines.some(({ kind }) => kind === 'request');
  return (
    <>
      <PageHeading
        title="Requests"
        detail="Every request that meets the policies, as it is answered, on all replicas."
      />
      <FilterBar filter={filter} search={search} seen={seen} onSearch={type} onChange={change} />
      <section aria-label="Live requests" {...handlers}>
        <TailBar
          connection={connection}
          pulse={pulse}
          isPaused={isPaused}
          isHeld={isHeld}
          waiting={tail.waitingRequests}
          onPause={togglePause}
          onRelease={showWaiting}
        />
        <RequestTable
          lines={lines}
          list={list}
          first={first}
          end={end}
          rowPx={rowPx}
          current={focus.current}
          onFocused={focus.onFocused}
          addressOf={(id) => address(filter, id)}
          onOpen={open}
          onKeyDown={focus.onKeyDown}
        />
        {error !== undefined && found === undefined ? (
          <FailureNotice error={error} onRetry={refresh} />
        ) : hasRequests ? null : isLoading ? (
          <Skeleton rows={8} />
        ) : (
          <NoRequests isFiltering={isFiltering(filter)} onClear={() => change(NO_FILTER)} />
        )}
      </section>
      {opened !== undefined && (
        <RequestSheet
          key={opened}
          id={opened}
          decision={lines
            .flatMap((line) => (line.kind === 'request' ? line.decision : []))
            .find(({ id }) => id === opened)}
          onClose={close}
        />
      )}
    </>
  );
}
