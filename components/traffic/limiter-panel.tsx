import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import type { Health, RateStatus } from '@/lib/gateway';
import { formatDuration } from './format';
import { LimitGauge } from './limit-gauge';
import { ResetCountdown } from './reset-countdown';

interface LimiterPanelProps {
  readonly status: RateStatus;
  readonly health: Health;
  readonly isUnreachable: boolean;
}

/** The limiter's state for this caller, live. */
export function LimiterPanel({ status, health, isUnreachable }: LimiterPanelProps) {
  const { store } = health;
  const latency = store.latency_ms === null ? '' : `, ${formatDuration(store.latency_ms)}`;
  return (
    <section
      aria-label="Limiter"
      className="grid content-start gap-6 lg:order-first max-lg:sm:grid-cols-2 max-lg:sm:items-center"
    >
      <div className="flex flex-col items-center gap-2">
        <LimitGauge used={status.used} limit={status.limit} />
        <ResetCountdown status={status} />
      </div>
      <dl className="text-sm">
        <Fact term="You">{status.identifier}</Fact>
        <Fact term="Key">
          <span className="break-all">{status.key}</span>
        </Fact>
        <Fact term="Store">
          {isUnreachable ? (
            'not known'
          ) : (
            <span className={clsx(store.status !== 'ok' && 'text-degraded-text')}>
              {store.kind} {store.status}
              {latency}
            </span>
          )}
        </Fact>
        <Fact term="Replica">
          <span className="break-all">{health.replica}</span>
        </Fact>
      </dl>
    </section>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-6 border-line border-t py-2">
      <dt className="text-ink-faint">{term}</dt>
      <dd className="text-right font-mono text-ink-soft">{children}</dd>
    </div>
  );
}
