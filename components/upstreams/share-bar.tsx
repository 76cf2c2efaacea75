import { formatCount } from '@/components/traffic/format';
import { percentWords, shareOf } from './upstream-words';

const FILLS = { denied: 'fill-denied', degraded: 'fill-degraded' } as const;

interface ShareBarProps {
  readonly label: string;
  readonly count: number;
  readonly total: number;
  /** Percent that open the breaker: the mark on the bar. */
  readonly opensAt: number;
  readonly colour: keyof typeof FILLS;
}

/** A share of requests against the one that opens the breaker. */
export function ShareBar({ label, count, total, opensAt, colour }: ShareBarProps) {
  const percent = shareOf(count, total);
  const shown = percentWords(percent);
  return (
    <div>
      <p className="flex justify-between gap-4 text-sm">
        <span className="text-ink-soft">{label}</span>
        <span>
          <span className="font-mono">{shown}</span>
          <span className="ml-2 text-ink-faint">opens at {opensAt} %</span>
        </span>
      </p>
      <svg
        viewBox="0 0 100 8"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${label}: ${shown}, ${formatCount(count)} of ${formatCount(total)}; opens at ${opensAt} %`}
        className="mt-1 h-2 w-full"
      >
        <rect y="2" width="100" height="4" className="fill-raised" />
        <rect y="2" width={percent} height="4" className={FILLS[colour]} />
        <line
          x1={opensAt}
          x2={opensAt}
          y2="8"
          vectorEffect="non-scaling-stroke"
          className="stroke-2 stroke-ink-soft"
        />
      </svg>
    </div>
  );
}
