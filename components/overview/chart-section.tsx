'use client';

import { clsx } from 'clsx';
import dynamic from 'next/dynamic';
import type { ReactNode } from 'react';
import type { LineLook, PlotData } from '@/components/charts/plot';
import { nearestIndex, pointLabel } from '@/components/charts/scale';
import type { SharedCursor } from '@/components/charts/shared-cursor';
import { useCursor } from '@/components/charts/use-cursor';

const LineChart = dynamic(
  () => import('@/components/charts/line-chart').then((part) => part.LineChart),
  { ssr: false, loading: () => <div className="h-full rounded-lg bg-raised" /> },
);

interface ChartSectionProps {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly LineLook[];
  readonly data: PlotData;
  readonly shown: readonly boolean[];
  /** Seconds between two points. */
  readonly step: number;
  readonly format: (value: number) => string;
  /** The value of a line at a point, exactly. */
  readonly exact: (line: number, index: number) => string;
  readonly cursor: SharedCursor;
  readonly onBrush: (first: number, last: number) => void;
  /** The chart's height. */
  readonly className: string;
  /** In place of lines, when there are none. */
  readonly note?: ReactNode;
}

/** A chart under the exact values of the point that the cursor is at, or of the last one. */
export function ChartSection(props: ChartSectionProps) {
  const { title, unit, lines, data, shown, step, exact, cursor, className, note } = props;
  const at = useCursor(cursor);
  const { xs } = data;
  const index = at === undefined ? xs.length - 1 : nearestIndex(xs, at);
  const span = (xs.at(-1) ?? 0) - (xs[0] ?? 0);
  const timeOf = (point: number) => pointLabel(xs[point] ?? 0, step, span);
  const describe = (point: number) =>
    `${timeOf(point)}: ${lines
      .flatMap(({ name }, line) => (shown[line] ? `${name} ${exact(line, point)}` : []))
      .join(', ')}`;
  return (
    <section aria-label={title} className="border-line border-t py-5">
      <div className="mb-2 flex flex-wrap items-baseline gap-x-5 text-sm">
        <h2 className="font-semibold text-base max-sm:basis-full">
          {title} <span className="font-normal text-ink-faint text-sm">{unit}</span>
        </h2>
        <p aria-hidden="true" className="ml-auto flex gap-x-4 whitespace-nowrap max-sm:ml-0">
          {index >= 0 && (
            <>
              <span className="text-ink-faint max-sm:hidden">{timeOf(index)}</span>
              {lines.map(
                ({ name, mark, tone }, line) =>
                  shown[line] && (
                    <span key={name} className={tone}>
                      {mark} <span className={clsx(mark !== '' && 'max-sm:sr-only')}>{name}</span>{' '}
                      <span className="ml-1 inline-block min-w-[6ch] font-mono">
                        {exact(line, index)}
                      </span>
                    </span>
                  ),
              )}
            </>
          )}
        </p>
      </div>
      <div className={`relative ${className}`}>
        <LineChart
          label={title}
          lines={lines}
          data={data}
          shown={shown}
          format={props.format}
          describe={describe}
          cursor={cursor}
          onBrush={props.onBrush}
        />
        {note !== undefined && (
          <p className="pointer-events-none absolute inset-x-0 top-1/3 text-center text-ink-soft [&_a]:pointer-events-auto">
            {note}
          </p>
        )}
      </div>
    </section>
  );
}
