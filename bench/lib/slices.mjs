import { median } from './statistics.mjs';

const STATUS = { allowed: 200, denied: 429 };

/** What makes loads worthless: answers of another kind, broken connections, requests that nobody counted. */
export function* faultsOf({ path, usesRedis }, loads, { status, headers }, counted) {
  const sum = (field) => loads.reduce((total, load) => total + load[field], 0);
  const requests = sum('requests');
  const right = path === 'denied' ? sum('refused') : requests - sum('refused');
  if (right !== requests) yield `${requests - right} of ${requests} answers were not ${path}`;
  if (requests === 0) yield 'no answer';
  if (sum('broken') > 0) yield `${sum('broken')} connections failed`;
  if (status !== STATUS[path]) yield `answered ${status}, not ${STATUS[path]}`;
  if (headers['x-ratelimit-status'] !== undefined) yield 'the limit was not enforced';
  // Who lets requests pass without counting them is quick, and no limiter.
  if (usesRedis && path === 'allowed' && counted < requests) {
    yield `Redis counted ${counted} of ${requests} requests`;
  }
}

/** Of a second of load and the yardstick's before it. */
export function ratioOf({ bare, own }) {
  return perSecond(own) / perSecond(bare);
}

export function perSecond({ requests, seconds }) {
  return requests / seconds;
}

/** The middle of several loads. */
export function summary(loads) {
  return {
    requests_per_second: Math.round(median(loads.map(perSecond))),
    p50_ms: median(loads.map(({ p50Ms }) => p50Ms)),
    p99_ms: median(loads.map(({ p99Ms }) => p99Ms)),
  };
}
