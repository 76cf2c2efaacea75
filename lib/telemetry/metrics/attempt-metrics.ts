import { counter, type Family } from './family';
import { createHistograms, REQUEST_BOUNDS } from './histogram';
import { createTally } from './tally';

/** What is counted of attempts at upstreams. */
export interface AttemptMetrics {
  /** One attempt came to its end. @param ms from its being sent to the head of the answer, or its failure */
  onAttempt(upstream: string, isFailure: boolean, ms: number): void;
  families(): Family[];
}

const OUTCOMES = ['success', 'failure'] as const;

export function createAttemptMetrics(): AttemptMetrics {
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
    families: () => [
      counter(
        'floodgate_upstream_attempts_total',
        'Requests sent to targets; a failure has no answer, or one of 500 and above.',
        attempts.samples(),
      ),
      times.family(
        'floodgate_upstream_duration_seconds',
        'From the sending of a request to a target to the head of its answer, or its failure.',
      ),
    ],
  };
}
