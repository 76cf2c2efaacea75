import type { ReactNode } from 'react';
import { formatCount, formatDuration } from './format';
import { answeredCount, percentile, successRate, type Tally } from './statistics';

const percent = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

interface TrafficSummaryProps {
  readonly tally: Tally;
  /** Requests without an answer yet. */
  readonly pending: number;
}

/** The numbers since the page opened. */
export function TrafficSummary({ tally, pending }: TrafficSummaryProps) {
  const { counts, latenciesMs } = tally;
  const success = successRate(tally);
  return (
    <section aria-label="Totals" className="mt-8 border-line border-t pt-6">
      <dl className="grid grid-cols-3 gap-x-6 gap-y-4 sm:grid-cols-6">
        <Figure term="Sent">{formatCount(answeredCount(tally) + pending)}</Figure>
        <Figure term="Allowed" tone="text-allowed-text">
          {formatCount(counts.allowed + counts.degraded)}
        </Figure>
        <Figure term="Denied" tone="text-denied-text">
          {formatCount(counts.denied)}
        </Figure>
        <Figure term="Success rate">
          {success === undefined ? '–' : `${percent.format(success * 100)} %`}
        </Figure>
        <Figure term="Latency p50">{latency(latenciesMs, 0.5)}</Figure>
        <Figure term="Latency p95">{latency(latenciesMs, 0.95)}</Figure>
      </dl>
    </section>
  );
}

function latency(latenciesMs: readonly number[], share: number): string {
  const value = percentile(latenciesMs, share);
  return value === undefined ? '–' : formatDuration(value);
}

interface FigureProps {
  readonly term: string;
  readonly tone?: string;
  readonly children: ReactNode;
}

function Figure({ term, tone = 'text-ink', children }: FigureProps) {
  return (
    <div>
      <dt className="text-ink-faint text-sm">{term}</dt>
      <dd className={`font-mono font-semibold text-lg ${tone}`}>{children}</dd>
    </div>
  );
}
