import { clsx } from 'clsx';
import { formatCount } from './format';

interface LimitGaugeProps {
  /** Null while nothing is counted. */
  readonly used: number | null;
  readonly limit: number;
}

const RADIUS = 80;
const CENTRE = 100;
/** The arc leaves a gap of 90° at the bottom. */
const SWEEP = 270;
const START = 135;
/** More units than this are drawn as one continuous arc. */
const MOST_SEGMENTS = 20;
const GAP_DEGREES = 5;

/** How much of the limit is used: one segment a request while they can be told apart. */
export function LimitGauge({ used, limit }: LimitGaugeProps) {
  const isFull = used !== null && used >= limit;
  const label = used === null ? 'Nothing is counted' : `${used} of ${limit} used`;
  return (
    <div className="relative size-48">
      <svg viewBox="0 0 200 200" role="img" aria-label={label} className="size-full">
        {arcs(used ?? 0, limit).map(({ from, to, isUsed }) => (
          <path
            key={from}
            d={arcPath(from, to)}
            fill="none"
            strokeWidth="14"
            strokeLinecap="round"
            className={clsx(
              'gauge-segment',
              !isUsed && 'stroke-raised',
              isUsed && (isFull ? 'stroke-denied' : 'stroke-allowed'),
            )}
          />
        ))}
      </svg>
      <p aria-hidden="true" className="absolute inset-0 grid place-content-center text-center">
        <span className="font-mono font-semibold text-xl">
          {used === null ? '–' : formatCount(used)}
        </span>
        <span className="text-ink-soft text-sm">of {formatCount(limit)} used</span>
      </p>
    </div>
  );
}

interface Arc {
  readonly from: number;
  readonly to: number;
  readonly isUsed: boolean;
}

function arcs(used: number, limit: number): Arc[] {
  if (limit > MOST_SEGMENTS) {
    const end = START + SWEEP * Math.min(1, used / limit);
    const track = { from: START, to: START + SWEEP, isUsed: false };
    return used === 0 ? [track] : [track, { from: START + 0.01, to: end, isUsed: true }];
  }
  // Round caps reach beyond both ends of a stroke.
  const capDegrees = (14 / 2 / RADIUS) * (180 / Math.PI);
  const step = (SWEEP + GAP_DEGREES + 2 * capDegrees) / limit;
  return Array.from({ length: limit }, (_, index) => ({
    from: START + index * step,
    to: START + (index + 1) * step - GAP_DEGREES - 2 * capDegrees,
    isUsed: index < used,
  }));
}

function arcPath(from: number, to: number): string {
  const isLarge = to - from > 180 ? 1 : 0;
  return `M ${point(from)} A ${RADIUS} ${RADIUS} 0 ${isLarge} 1 ${point(to)}`;
}

/** Rounded, because engines differ in the last digit of a cosine and hydration compares text. */
function point(degrees: number): string {
  const angle = (degrees * Math.PI) / 180;
  const x = CENTRE + RADIUS * Math.cos(angle);
  const y = CENTRE + RADIUS * Math.sin(angle);
  return `${x.toFixed(2)} ${y.toFixed(2)}`;
}
