/**
 * Traffic: what every request came to, by second and minute, by route, policy and replica.
 *
 * A recorder counts on the way of a request and tells frames every 250 ms; an outbox sends them to
 * other replicas until they have arrived; a history keeps an hour of seconds and a week of minutes,
 * of all replicas, and answers questions about them. The hub joins the three.
 *
 * Guarantees: counts are exact; what was not sent is sent again, and a second told twice counts once;
 * percentiles of the last hour are within 0.8 %, older ones within 4 %; who was refused most is
 * known within a stated bound; memory is bounded whoever calls. Never: waits, throws or allocates
 * much on the way of a request.
 */

export { trafficClock } from './clock';
export {
  blockedSlotSchema,
  frameSchema,
  liveDecisionSchema,
  slotSchema,
} from './frame-schema';
export { createTrafficHistory, type TrafficHistoryOptions } from './history';
export { createTrafficHub, type TrafficHub, type TrafficHubOptions } from './hub';
export type {
  BlockedClient,
  BlockedReport,
  BlockedSlot,
  Cell,
  CellCounts,
  Counts,
  Frame,
  FrameListener,
  Latency,
  LiveDecision,
  LiveSecond,
  Slot,
  TrafficFilter,
  TrafficHistory,
  TrafficIdentity,
  TrafficLink,
  TrafficQuery,
  TrafficReport,
  TrafficSeries,
  TrafficShare,
} from './port';
export { callerKinds, FLUSH_MS, MINUTES_KEPT, NONE, SECONDS_KEPT } from './port';
export { createRecorder, type Recorder, type RecorderOptions } from './recorder';
export { createSampler, type Sampler } from './sampler';
export { identityOf } from './traffic-identity';
