import type { BreakerState, TargetStatus, UpstreamStatus, Upstreams } from '../../upstream';
import { counter, type Family, gauge, type Sample } from './family';
import { createHistograms, REQUEST_BOUNDS } from './histogram';
import { createTally } from './tally';

/** What is counted of attempts at upstreams, and how these are. */
export interface UpstreamMetrics {
  /** One attempt came to its end. @param ms from its being sent to the head of the answer, or its failure */
  onAttempt(upstream: string, isFailure: boolean, ms: number): void;
  families(): Family[];
}

const OUTCOMES = ['success', 'failure'] as const;
const STATES: readonly BreakerState[] = ['closed', 'open', 'half-open'];

export function createUpstreamMetrics(upstreams: Pick<Upstreams, 'status'>): UpstreamMetrics {
  const attempts = createTally({
    labelsOf: (upstream, variant) => ({ upstream, outcome: OUTCOMES[variant] ?? '' }),
    commonVariants: OUTCOMES.length,
  });
  const times = createHistograms(REQUEST_BOUNDS, (upstream) => ({ upstream }));

  return {
    onAttempt(upstream, isFailure, ms) {
      attempts.add(upstream, isFailure ? 1 : 0);
      times.observe(upstream, ms);
    },
    families() {
      // Those in trouble first: where there are more than a metric has room for, they are told of.
      const status = upstreams
        .status()
        .toSorted((a, b) => trouble(b.breaker.state) - trouble(a.breaker.state));
      return [
        counter(
          'floodgate_upstream_attempts_total',
          'Requests sent to targets; a failure has no answer, or one of 500 and above.',
          attempts.samples(),
        ),
        times.family(
          'floodgate_upstream_duration_seconds',
          'From the sending of a request to a target to the head of its answer, or its failure.',
        ),
        gauge(
          'floodgate_upstream_breaker_state',
          "1 for the state that the upstream's breaker is in.",
          'max',
          status.flatMap(breakerSamples),
        ),
        gauge(
          'floodgate_upstream_target_healthy',
          '0 while active checks find the target unhealthy.',
          'min',
          targetSamples(status, ({ health }) => (health === 'unhealthy' ? 0 : 1)),
        ),
        gauge(
          'floodgate_upstream_target_ejected',
          '1 while the target is out for its failures.',
          'max',
          targetSamples(status, ({ ejectedUntilMs }) => (ejectedUntilMs === undefined ? 0 : 1)),
        ),
        gauge(
          'floodgate_upstream_target_in_flight',
          'Requests at the target, and those that wait for a connection to it.',
          'sum',
          targetSamples(status, ({ inFlight }) => inFlight),
        ),
      ];
    },
  };
}

function trouble(state: BreakerState): number {
  return state === 'closed' ? 0 : 1;
}

function breakerSamples({ name, breaker }: UpstreamStatus): Sample[] {
  return STATES.map((state) => ({
    labels: { upstream: name, state },
    value: breaker.state === state ? 1 : 0,
  }));
}

function targetSamples(
  status: readonly UpstreamStatus[],
  read: (target: TargetStatus) => number,
): Sample[] {
  return status.flatMap(({ name, targets }) =>
    targets.map((target) => ({
      labels: { upstream: name, target: target.url },
      value: read(target),
    })),
  );
}
