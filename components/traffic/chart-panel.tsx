import dynamic from 'next/dynamic';
import { useServerTime } from '@/components/hooks/use-server-time';
import type { RateStatus } from '@/lib/gateway';
import { formatTime } from './format';
import { CHART_SECONDS, chartSeconds, type Tally } from './statistics';

const RateChart = dynamic(() => import('./rate-chart').then((part) => part.RateChart), {
  ssr: false,
  loading: () => <div className="h-full rounded-lg bg-raised" />,
});

const SECOND_MS = 1_000;

interface ChartPanelProps {
  readonly tally: Tally;
  readonly status: RateStatus;
}

/** Allowed and denied per second over the last minute. The height is there before the chart is. */
export function ChartPanel({ tally, status }: ChartPanelProps) {
  const nowMs = useServerTime(Date.parse(status.server_time), SECOND_MS);
  const seconds = chartSeconds(tally, nowMs);
  const busy = seconds.filter(({ allowed, denied }) => allowed + denied > 0);
  return (
    <section aria-labelledby="chart-title" className="mt-8">
      <div className="flex flex-wrap items-baseline gap-x-5 text-sm">
        <h2 id="chart-title" className="font-semibold text-base max-sm:basis-full">
          Requests per second
        </h2>
        <p className="text-allowed-text">
          <span aria-hidden="true" className="mr-1.5 inline-block size-2.5 rounded-sm bg-allowed" />
          allowed
        </p>
        <p className="text-denied-text">
          <span aria-hidden="true" className="mr-1.5 inline-block size-2.5 rounded-sm bg-denied" />
          denied
        </p>
        <p className="ml-auto text-ink-faint">last {CHART_SECONDS} s</p>
      </div>
      <div aria-hidden="true" className="mt-3 h-44">
        <RateChart seconds={seconds} windowSeconds={status.window_seconds} />
      </div>
      <div className="sr-only">
        <table>
          <caption>Seconds of the last minute that had requests</caption>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Allowed</th>
              <th scope="col">Denied</th>
            </tr>
          </thead>
          <tbody>
            {busy.map(({ second, allowed, denied }) => (
              <tr key={second}>
                <th scope="row">{formatTime(second * SECOND_MS)}</th>
                <td>{allowed}</td>
                <td>{denied}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
