'use client';

import { type KeyboardEvent, useEffect, useEffectEvent, useRef, useState } from 'react';
import { createPlot, type LineLook, type Plot, type PlotData } from './plot';
import { nearestIndex } from './scale';
import type { SharedCursor } from './shared-cursor';
import { useCursor } from './use-cursor';

interface LineChartProps {
  /** What it shows, for screen readers. */
  readonly label: string;
  readonly lines: readonly LineLook[];
  readonly data: PlotData;
  /** One for each line; those that are not shown do not stretch the scale. */
  readonly shown: readonly boolean[];
  readonly format: (value: number) => string;
  /** A point in words. */
  readonly describe: (index: number) => string;
  readonly cursor: SharedCursor;
  /** Told the first and the last point of a range, Unix seconds. */
  readonly onBrush: (first: number, last: number) => void;
}

/**
 * A chart of lines as wide and high as its place. The pointer and the keyboard move one cursor, which
 * other charts share; a drag, or Shift with the arrow keys and Enter, takes a range.
 */
export function LineChart(props: LineChartProps) {
  const { label, lines, data, shown, format, describe, cursor } = props;
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot>(undefined);
  const at = useCursor(cursor);
  const [anchor, setAnchor] = useState<number>();
  const last = data.xs.length - 1;
  const index = at === undefined ? last : nearestIndex(data.xs, at);
  const onBrush = useEffectEvent(props.onBrush);
  const formatNow = useEffectEvent(format);

  useEffect(() => {
    if (host.current === null) return;
    const made = createPlot(host.current, {
      lines,
      format: formatNow,
      onPoint: cursor.set,
      onBrush,
    });
    plot.current = made;
    return () => {
      made.remove();
      plot.current = undefined;
    };
  }, [lines, cursor]);

  useEffect(() => plot.current?.update(data, shown), [data, shown]);
  useEffect(() => plot.current?.point(at), [at]);
  useEffect(() => {
    const isMarked = anchor !== undefined && at !== undefined;
    plot.current?.mark(isMarked ? [Math.min(anchor, at), Math.max(anchor, at)] : undefined);
  }, [anchor, at]);

  function onKeyDown(event: KeyboardEvent) {
    const here = data.xs[index];
    if (event.key === 'Escape') leave();
    else if (event.key === 'Enter' && anchor !== undefined && at !== undefined && anchor !== at) {
      props.onBrush(Math.min(anchor, at), Math.max(anchor, at));
      leave();
    } else if (event.key.startsWith('Arrow')) {
      setAnchor((known) => (event.shiftKey ? (known ?? here) : undefined));
    } else return;
    if (!event.key.startsWith('Arrow')) event.preventDefault();
  }

  function leave() {
    setAnchor(undefined);
    cursor.set(undefined);
  }

  return (
    <div className="relative h-full rounded-lg outline-offset-2 has-focus-visible:outline-2 has-focus-visible:outline-accent-text">
      <div ref={host} aria-hidden="true" className="absolute inset-0 overflow-hidden" />
      <input
        type="range"
        className="sr-only"
        aria-label={`${label}: arrow keys move the cursor, with Shift they take a range, Enter shows it`}
        min={0}
        max={Math.max(0, last)}
        value={Math.max(0, index)}
        aria-valuetext={index < 0 ? 'nothing yet' : describe(index)}
        onChange={(event) => cursor.set(data.xs[Number(event.target.value)])}
        onKeyDown={onKeyDown}
        onBlur={leave}
      />
    </div>
  );
}
