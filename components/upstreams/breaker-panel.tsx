import { formatCount, formatDuration, plural } from '@/components/traffic/format';
import type { UpstreamStatusJson } from '@/lib/admin';
import type { Upstream } from '@/lib/policy';
import { BreakerBadge } from './breaker-badge';
import { FleetView } from './fleet-view';
import { ShareBar } from './share-bar';
import { takesRequests, windowWords } from './upstream-words';

interface BreakerPanelProps {
  readonly settings: Upstream['breaker'];
  /** undefined: not known yet. */
  readonly status: UpstreamStatusJson | undefined;
  readonly toldAt: string;
}

/** The breaker of an upstream, and how near it is to opening. */
export function BreakerPanel({ settings, status, toldAt }: BreakerPanelProps) {
  if (status === undefined) {
    return <p className="min-h-44 text-ink-faint">This replica does not know it yet.</p>;
  }
  const { breaker, retries, upgraded } = status;
  const { requests, failures, slow } = breaker;
  return (
    <div className="grid content-start gap-x-8 gap-y-3 md:max-xl:grid-cols-2 [&>*]:min-w-0">
      <BreakerBadge
        breaker={breaker}
        hasTarget={status.targets.some(takesRequests)}
        toldAt={toldAt}
      />
      <ShareBar
        label="Failures"
        count={failures}
        total={requests}
        opensAt={settings.failure_percent}
        colour="denied"
      />
      <ShareBar
        label={`Slower than ${formatDuration(settings.slow_ms)}`}
        count={slow}
        total={requests}
        opensAt={settings.slow_percent}
        colour="degraded"
      />
      <p className="text-ink-faint text-sm md:max-xl:col-start-2 md:max-xl:row-start-1">
        {windowWords(requests, settings)}.
        <br />
        {formatCount(retries)} {retries === 1 ? 'retry' : 'retries'},{' '}
        {plural(upgraded, 'upgraded connection')}.
      </p>
      <FleetView replicas={status.replicas} />
    </div>
  );
}
