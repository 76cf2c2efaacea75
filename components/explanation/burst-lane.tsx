import { clsx } from 'clsx';

interface BurstLaneProps {
  readonly name: string;
  /** Moments in ms from the first window's start. */
  readonly requests: readonly { readonly atMs: number; readonly isAllowed: boolean }[];
  readonly limit: number;
  readonly windowMs: number;
  /** Whether the counter starts again in the middle. */
  readonly hasEdge?: boolean;
}

const WIDTH = 480;
const HEIGHT = 44;

/** Two windows of time, and the burst on it: allowed marks stand high, denied ones are short. */
export function BurstLane({ name, requests, limit, windowMs, hasEdge = false }: BurstLaneProps) {
  const passed = requests.filter(({ isAllowed }) => isAllowed).length;
  const x = (atMs: number) => (atMs / (2 * windowMs)) * (WIDTH - 12) + 6;
  return (
    <div className="mt-3">
      <p className="flex justify-between text-sm">
        <span className="text-ink-soft">{name}</span>
        <span
          className={clsx('font-mono', passed > limit ? 'text-denied-text' : 'text-allowed-text')}
        >
          {passed} of {requests.length} pass
          {passed > limit && `, ${(passed / limit).toFixed(1)}× the limit`}
        </span>
      </p>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${name}: ${passed} of ${requests.length} pass`}
        className="mt-1 w-full rounded-lg bg-raised"
      >
        {hasEdge && (
          <line
            x1={x(windowMs)}
            x2={x(windowMs)}
            y1="0"
            y2={HEIGHT}
            strokeDasharray="4 3"
            className="stroke-edge"
          />
        )}
        {requests.map(({ atMs, isAllowed }) => (
          <rect
            key={atMs}
            x={x(atMs) - 3.5}
            y={isAllowed ? 8 : 24}
            width="7"
            height={isAllowed ? 28 : 12}
            rx="2"
            className={isAllowed ? 'fill-allowed' : 'fill-denied'}
          />
        ))}
      </svg>
    </div>
  );
}
