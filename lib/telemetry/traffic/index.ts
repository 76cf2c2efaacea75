/**
 * Traffic: what every request came to, by second and minute, by route, policy and replica.
 *
 * A recorder counts on the way of a request and tells frames every 250 ms; an outbox sends them to
 * other replicas until they have arrived; a history keeps an hour of seconds and a week of minutes,
 * of all replicas, and answers questions about them. The hub joins the three.
 *
 * Guarantees: counts are exact; what was not sent is sent again, and a second told twice counts once;
 * percentiles by seconds are within 0.8 %, those by minutes, as of all steps of a minute and more, within
 * 4 %; who was refused most is known within a stated bound; memory is bounded whoever calls. Never:
 * waits, throws or allocates much on the way of a request.
 */

export { trafficClock } from './clock';
export {
  blockedSlotSchema,
  frameSchema,
  instanceSchema,
  liveDecisionSchema,
  slotSchema,
} from './frame-schema';
export { createTrafficHistory, type TrafficHistoryOptions } from './history';
export { createTrafficHub, type TrafficHub, type TrafficHubOptions } from './hub';
export { liveDecisionOf, type ShownRequest } from './live-decision';
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
export {
  BLOCKED_SECONDS,
  callerKinds,
  FLUSH_MS,
  MINUTES_KEPT,
  NONE,
  OTHER,
  SECONDS_KEPT,
  TrafficBusyError,
} from './port';
export { createRecorder, type Recorder, type RecorderOptions } from './recorder';
export { createSampler, type Sampler } from './sampler';
