'use client';

import { clsx } from 'clsx';
import { useMemo } from 'react';
import { togglePolling, usePaused } from '@/components/hooks/polling';
import { useShortcuts } from '@/components/hooks/use-shortcuts';
import { FailureNotice } from '@/components/ui/notice';
import { PageHeading } from '@/components/ui/page-heading';
import { Charts } from './charts';
import { figuresOf } from './figures';
import { FiguresStrip } from './figures-strip';
import { FilterRow } from './filter-row';
import { HealthStrip } from './health-strip';
import { LiveState } from './live-state';
import { OverviewSkeleton } from './overview-skeleton';
import { RangeChoice } from './range-choice';
import { Shares } from './shares-section';
import { StepTable } from './step-table';
import { useReport } from './use-report';
import { useView } from './use-view';
import { isLive, rangeWords } from './view';

/** Everybody's traffic: what is let in, what is refused, how long it takes and whose it is. */
export function Overview() {
  const { view, show } = useView();
  const isPaused = usePaused();
  // What stands still anyway is not paused, nor is what one comes back to.
  useShortcuts(view.span === undefined ? { p: togglePolling } : {});
  const { report, told, timeline, latest, error, isStale, connection, refresh } = useReport(view);
  const figures = useMemo(
    () => timeline && report && figuresOf(timeline, report),
    [timeline, report],
  );
  const now =
    view.span !== undefined || timeline === undefined
      ? undefined
      : isLive(view)
        ? lastOf(timeline.allowed) + lastOf(timeline.denied) + lastOf(timeline.errors)
        : latest && latest.allowed + latest.denied + latest.errors;
  const time = view.span === undefined ? rangeWords(view.range) : 'this time';
  return (
    <>
      <PageHeading title="Overview" detail="What is let in and what is refused, for everyone.">
        <RangeChoice view={view} onShow={show} />
      </PageHeading>
      <HealthStrip />
      <div className="border-line border-t py-2">
        <FilterRow view={view} onShow={show}>
          <LiveState
            connection={connection}
            isPaused={isPaused}
            span={view.span}
            until={timeline?.to}
            error={error}
          />
        </FilterRow>
      </div>
      {report === undefined || timeline === undefined || figures === undefined ? (
        error !== undefined ? (
          <FailureNotice error={error} onRetry={refresh} />
        ) : (
          <OverviewSkeleton />
        )
      ) : (
        <div aria-busy={isStale} className={clsx(isStale && 'opacity-60')}>
          <FiguresStrip figures={figures} now={now} time={time} view={view} onShow={show} />
          <Charts
            timeline={timeline}
            total={figures.allowed + figures.denied + figures.errors}
            time={time}
            view={view}
            onShow={show}
          />
          {told && <StepTable timeline={told} />}
          <Shares report={report} view={view} onShow={show} />
        </div>
      )}
    </>
  );
}

function lastOf(counts: readonly (number | null)[]): number {
  return counts.at(-1) ?? 0;
}
