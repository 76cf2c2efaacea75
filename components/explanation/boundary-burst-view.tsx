'use client';

import { useId, useState } from 'react';
import { burstLengthMs, decideBurst } from './boundary-burst';
import { BurstLane } from './burst-lane';

/** More requests than this can't be told apart on the timeline. */
const LARGEST_LIMIT = 8;

interface BoundaryBurstProps {
  readonly limit: number;
  readonly windowSeconds: number;
}

/** A burst to be pushed over the edge between two windows, and what two algorithms make of it. */
export function BoundaryBurst({ limit, windowSeconds }: BoundaryBurstProps) {
  const quota = Math.min(limit, LARGEST_LIMIT);
  const windowMs = windowSeconds * 1_000;
  const lengthMs = burstLengthMs(quota, windowMs);
  const [startMs, setStartMs] = useState(windowMs - lengthMs / 2);
  const sliderId = useId();
  const requests = decideBurst(startMs, quota, windowMs);
  const passedFixed = requests.filter(({ fixed }) => fixed).length;
  return (
    <section aria-labelledby="boundary-title" className="min-w-0">
      <h3 id="boundary-title" className="font-semibold text-lg">
        The edge of the window
      </h3>
      <p className="mt-2 text-ink-soft">
        A fixed window is one counter, the cheapest limit there is. Its price: a burst across the
        edge meets two counters. Push {quota * 2} quick requests over it.
      </p>
      <label htmlFor={sliderId} className="mt-5 flex justify-between text-sm">
        <span>When the burst begins</span>
        <span className="font-mono">{(startMs / 1_000).toFixed(1)} s</span>
      </label>
      <input
        id={sliderId}
        type="range"
        min={0}
        max={2 * windowMs - lengthMs}
        step={windowMs / 100}
        value={startMs}
        onChange={({ target }) => setStartMs(Number(target.value))}
        aria-valuetext={`${(startMs / 1_000).toFixed(1)} s: fixed window lets ${passedFixed} pass`}
        className="mt-1 h-8 w-full accent-accent"
      />
      <BurstLane
        name="Fixed window"
        requests={requests.map(({ atMs, fixed }) => ({ atMs, isAllowed: fixed }))}
        limit={quota}
        windowMs={windowMs}
        hasEdge
      />
      <BurstLane
        name="Sliding window"
        requests={requests.map(({ atMs, sliding }) => ({ atMs, isAllowed: sliding }))}
        limit={quota}
        windowMs={windowMs}
      />
      <p className="mt-4 min-h-12 text-ink-soft">
        {passedFixed > quota
          ? `The edge falls inside the burst, so ${passedFixed} pass within ${(lengthMs / 1_000).toFixed(1)} s, though the limit says ${quota} in ${windowSeconds} s. A sliding window looks back ${windowSeconds} s from each request and keeps to ${quota}, for more memory or an estimate.`
          : `The whole burst lies in one window: both let ${quota} pass.`}
      </p>
    </section>
  );
}
