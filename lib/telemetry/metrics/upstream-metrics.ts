import type { BreakerState, TargetStatus, UpstreamStatus } from '../../upstream';
import { type Family, gauge, type Sample } from './family';

const STATES: readonly BreakerState[] = ['closed', 'open', 'half-open'];

/** How the upstreams are. */
export function upstreamFamilies(statuses: readonly UpstreamStatus[]): Family[] {
  // Those in trouble first: where there are more than a metric has room for, they are told of.
  const status = statuses.toSorted((a, b) => trouble(b.breaker.state) - trouble(a.breaker.state));
  return [
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
