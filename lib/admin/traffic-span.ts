import { invalidInput } from '../gateway';
import { MINUTES_KEPT, SECONDS_KEPT } from '../telemetry/traffic';

const MINUTE = 60;
/** Points of a series: as many as a chart is drawn with. */
const MOST_POINTS = 3_600;

export const trafficRanges = ['5m', '15m', '1h', '6h', '24h', '7d'] as const;
export type TrafficRange = (typeof trafficRanges)[number];

/** Seconds of each range, and of its points. */
const RANGES: Readonly<Record<TrafficRange, { readonly seconds: number; readonly step: number }>> =
  {
    '5m': { seconds: 300, step: 1 },
    '15m': { seconds: 900, step: 1 },
    '1h': { seconds: SECONDS_KEPT, step: 1 },
    '6h': { seconds: 21_600, step: MINUTE },
    '24h': { seconds: 86_400, step: MINUTE },
    '7d': { seconds: MINUTES_KEPT * MINUTE, step: 10 * MINUTE },
  };

/** A time to tell of, in Unix seconds. */
export interface TrafficSpan {
  /** A multiple of the step. */
  readonly from: number;
  /** Not included. The last step ends there, even where that is before it is whole. */
  readonly to: number;
  /** Seconds for each point. */
  readonly step: number;
}

/** The time that ends with the last whole second. @param nowSeconds Unix seconds, whole */
export function spanOfRange(range: TrafficRange, nowSeconds: number): TrafficSpan {
  const { seconds, step } = RANGES[range];
  return { from: floorTo(nowSeconds - seconds, step), to: nowSeconds, step };
}

/**
 * The time between two moments, as far as anything is kept of it, in the finest steps that give a chart's
 * worth of points.
 * @throws RefusedError 400 when nothing is left of it
 */
export function spanBetween(from: number, to: number, nowSeconds: number): TrafficSpan {
  const first = Math.max(from, nowSeconds - MINUTES_KEPT * MINUTE);
  const last = Math.min(to, nowSeconds);
  if (last <= first) {
    throw invalidInput([{ path: 'query.to', message: 'is to be after from, and within a week' }]);
  }
  let step = first >= nowSeconds - SECONDS_KEPT ? 1 : MINUTE;
  while (last - floorTo(first, step) > MOST_POINTS * step) step += MINUTE;
  return { from: floorTo(first, step), to: last, step };
}

function floorTo(value: number, step: number): number {
  return Math.floor(value / step) * step;
}
