'use client';

import Link from 'next/link';
import { useMemo, useState } from 'react';
import { createSharedCursor } from '@/components/charts/shared-cursor';
import { formatCount } from '@/components/traffic/format';
import { ChartSection } from './chart-section';
import { axisWords, countWords, latencyWords, rateWords } from './figures';
import { LATENCY_LINES, RATE_LINES } from './lines';
import { ratesOf, type Timeline } from './timeline';
import type { View } from './view';

interface ChartsProps {
  readonly timeline: Timeline;
  /** All requests of that time. */
  readonly total: number;
  /** Of which time: `the last 15 minutes`. */
  readonly time: string;
  readonly view: View;
  readonly onShow: (view: View) => void;
}

const ALL_SHOWN = [true, true, true] as const;
/** Requests of a step that fill the scale at least; ms that do. */
const LEAST_COUNT = 4;
const LEAST_MS = 1;

/** What was decided and how long it took, over one time and under one cursor. */
export function Charts({ timeline, total, time, view, onShow }: ChartsProps) {
  const [cursor] = useState(createSharedCursor);
  const { at: xs, to, step, allowed, denied, errors, p50, p95, p99 } = timeline;
  const rates = useMemo(
    () => ({
      xs,
      columns: [allowed, denied, errors].map((counts) => ratesOf({ at: xs, to, step }, counts)),
      leastTop: LEAST_COUNT / step,
    }),
    [xs, to, step, allowed, denied, errors],
  );
  const latencies = useMemo(
    () => ({ xs, columns: [p50, p95, p99], leastTop: LEAST_MS }),
    [xs, p50, p95, p99],
  );
  const shown = useMemo(
    () =>
      view.verdict === undefined
        ? ALL_SHOWN
        : (['allowed', 'denied', 'error'] as const).map((verdict) => verdict === view.verdict),
    [view.verdict],
  );
  const onBrush = (first: number, last: number) => {
    if (first < last) onShow({ ...view, span: { from: first, to: last + step } });
  };
  const counts = [allowed, denied, errors];
  const exactRate = (line: number, index: number) => {
    const count = counts[line]?.[index] ?? null;
    const rate = rates.columns[line]?.[index] ?? null;
    if (count === null || rate === null) return '–';
    return step === 1 ? countWords(count) : `${rateWords(rate)} (${formatCount(count)})`;
  };
  return (
    <>
      <ChartSection
        title="Requests"
        unit={step === 1 ? 'per second' : `per second; in brackets all of ${stepWords(step)}`}
        lines={RATE_LINES}
        data={rates}
        shown={shown}
        step={step}
        format={axisWords}
        exact={exactRate}
        cursor={cursor}
        onBrush={onBrush}
        className="h-60"
        {...(total === 0 && {
          note: (
            <>
              No requests in {time}.{' '}
              <Link href="/" className="text-accent-text underline">
                Send one
              </Link>
            </>
          ),
        })}
      />
      <ChartSection
        title="Latency"
        unit="until the answer begins"
        lines={LATENCY_LINES}
        data={latencies}
        shown={ALL_SHOWN}
        step={step}
        format={latencyWords}
        exact={(line, index) => latencyWords(latencies.columns[line]?.[index] ?? null)}
        cursor={cursor}
        onBrush={onBrush}
        className="h-44"
      />
    </>
  );
}

function stepWords(step: number): string {
  if (step < 60) return `${step} s`;
  return step === 60 ? 'a minute' : `${step / 60} minutes`;
}
