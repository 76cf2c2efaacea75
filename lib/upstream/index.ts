/**
 * Upstreams: the services behind the gateway, and which of a service's targets takes the next request.
 * Balancing, connections, names, health checks, ejection, circuit breaker and retry budget.
 *
 * Guarantees: a request in flight keeps its target, whatever the configuration becomes. An open breaker
 * refuses at once and lets one probe through at a time; a replica cut off from all others is as safe, for
 * what they tell is a hint. Ejection never takes the last target out, and neither it nor a full target
 * makes a request wait. Nothing grows with requests or with time.
 * Never: reads a request, picks a target that the configuration does not name, or throws into a request.
 */
export type { BreakerCause } from './breaker';
export type { BreakerNews } from './breaker-news';
export type { BreakerEvent, TargetEvent, UpstreamEvent } from './event';
export type {
  Attempt,
  AttemptFailure,
  BreakerState,
  LiveUpstream,
  Target,
  TargetStatus,
  Unavailable,
  UpstreamStatus,
  Upstreams,
  Wish,
} from './port';
export { createResolver, type Resolver } from './resolver';
export {
  type BreakerSharing,
  createRedisBreakerSharing,
  type RedisBreakerSharingOptions,
} from './sharing';
export { createUpstreams, type UpstreamsOptions } from './upstreams';
