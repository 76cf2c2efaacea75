import { STATUS_CODES } from 'node:http';
import {
  CLIENT_CLOSED,
  type RequestObserver,
  type RequestRecord,
  requestVerdicts,
} from '../../gateway';
import { OTHER } from '../traffic';
import { counter, type Family, gauge, single } from './family';
import { createHistograms, DECISION_BOUNDS, REQUEST_BOUNDS } from './histogram';
import { createTally } from './tally';

/** What is counted of requests, and of what policies decided about them. */
export interface RequestMetrics extends RequestObserver {
  /** Requests whose answer has not ended. */
  inFlight(): number;
  families(): Family[];
}

const METHOD_NAMES = [OTHER, 'GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const METHOD_OF = new Map(METHOD_NAMES.map((method, index) => [method, index]));
const ANY_METHOD = 0;
/** A power of two, as the next. */
const MOST_METHODS = 8;

const MOST_VERDICTS = 4;

/** Whether a status has a name; upstreams may invent others. */
const IS_KNOWN = new Uint8Array(1_000);
const KNOWN_CODES = [...Object.keys(STATUS_CODES).map(Number), CLIENT_CLOSED];
for (const code of KNOWN_CODES) IS_KNOWN[code] = 1;

const DECISIONS = ['allowed', 'denied', 'would_deny'] as const;
const [ALLOWED, DENIED, WOULD_DENY] = [0, 1, 2];
/** `list`: the policy's list of those it refuses. */
const SOURCES = ['store', 'deny_cache', 'local', 'fallback', 'list'] as const;
const SOURCE_OF = { store: 0, 'deny-cache': 1, local: 2, fallback: 3 } as const;
const OF_LIST = 4;
const MOST_SOURCES = 8;

/** Counts on the way of requests: a few look-ups for each, no text and no object made. */
export function createRequestMetrics(): RequestMetrics {
  const requests = createTally({
    labelsOf: requestLabels,
    commonOf: (variant) => variant & ~((MOST_METHODS - 1) * MOST_VERDICTS),
    // An answer of 500 or above is an error, and none below it is.
    commonVariants: 2 * (KNOWN_CODES.length + 1),
  });
  const decisions = createTally({
    labelsOf: decisionLabels,
    commonVariants: DECISIONS.length * SOURCES.length,
  });
  const retries = createTally({ labelsOf: (upstream) => ({ upstream }), commonVariants: 1 });
  const requestTimes = createHistograms(REQUEST_BOUNDS, (route) => ({ route }));
  const decisionTimes = createHistograms(DECISION_BOUNDS, () => ({}));
  let inFlight = 0;

  return {
    onStart() {
      inFlight += 1;
    },
    onDecided(record) {
      decisionTimes.observe('', record.decisionMs);
      const { admission } = record;
      if (admission === undefined) return;
      const { evaluations } = admission;
      // By index: an iterator would be made for every request.
      for (let i = 0; i < evaluations.length; i++) {
        const evaluation = evaluations[i];
        if (evaluation === undefined) break;
        const { standing, decision } = evaluation;
        const { name, mode } = evaluation.policy.policy;
        if (decision !== undefined) {
          const denied = mode === 'shadow' ? WOULD_DENY : DENIED;
          const verdict = decision.allowed ? ALLOWED : denied;
          decisions.add(name, verdict * MOST_SOURCES + SOURCE_OF[decision.source]);
        } else if (standing === 'forbidden') {
          const verdict = mode === 'shadow' ? WOULD_DENY : DENIED;
          decisions.add(name, verdict * MOST_SOURCES + OF_LIST);
        }
      }
    },
    onAnswer(record) {
      requests.add(record.route, variantOf(record));
      // Who left before was not answered late.
      if (record.status !== CLIENT_CLOSED) requestTimes.observe(record.route, record.latencyMs);
    },
    onEnd({ attempts, upstream }) {
      inFlight -= 1;
      if (attempts > 1 && upstream !== undefined) retries.add(upstream, 0, attempts - 1);
    },
    inFlight: () => inFlight,
    families: () => [
      counter(
        'floodgate_requests_total',
        'Requests that met the policies, by route, method, status code of the answer, and verdict.',
        requests.samples(),
      ),
      requestTimes.family(
        'floodgate_request_duration_seconds',
        'From the coming of a request to the head of its answer.',
      ),
      gauge(
        'floodgate_requests_in_flight',
        'Requests whose answer has not ended.',
        'sum',
        single(inFlight),
      ),
      counter(
        'floodgate_decisions_total',
        'What policies decided: by the store, the deny cache, this process alone (local, fallback) or their list.',
        decisions.samples(),
      ),
      decisionTimes.family(
        'floodgate_decision_duration_seconds',
        'From the coming of a request to its decision, identification included.',
      ),
      counter(
        'floodgate_upstream_retries_total',
        'Further attempts for requests whose first one failed.',
        retries.samples(),
      ),
    ],
  };
}

function variantOf({ status, call, verdict }: RequestRecord): number {
  const code = IS_KNOWN[status] === 1 ? status : 0;
  const method = METHOD_OF.get(call.method) ?? ANY_METHOD;
  return (code * MOST_METHODS + method) * MOST_VERDICTS + requestVerdicts.indexOf(verdict);
}

function requestLabels(route: string, variant: number) {
  const code = Math.floor(variant / (MOST_METHODS * MOST_VERDICTS));
  return {
    route,
    method: METHOD_NAMES[Math.floor(variant / MOST_VERDICTS) % MOST_METHODS] ?? OTHER,
    code: code === 0 ? OTHER : String(code),
    verdict: requestVerdicts[variant % MOST_VERDICTS] ?? OTHER,
  };
}

function decisionLabels(policy: string, variant: number) {
  return {
    policy,
    verdict: DECISIONS[Math.floor(variant / MOST_SOURCES)] ?? OTHER,
    source: SOURCES[variant % MOST_SOURCES] ?? OTHER,
  };
}
