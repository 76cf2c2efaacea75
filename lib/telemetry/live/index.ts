/**
 * The live feed: traffic as it happens, by Server-Sent Events to whoever watches.
 *
 * Every event is made once for each audience, and the same bytes are written to all of it, in rounds: four
 * in a second while viewers are few, one while they are many.
 *
 * Guarantees: the number of viewers, what waits for each of them and what is kept for those who come back
 * are bounded; who reads too slowly is dropped, and nobody else waits for it; who comes back to the same
 * process is told everything that is still held, once. Never: tells people who are no admins whose a
 * request was or what it asked for; holds up the shutdown.
 */
export type {
  LiveDecisions,
  LiveHello,
  LiveSecondJson,
  PublicDecision,
} from './events';
export { createLiveFeed, type LiveFeed, type LiveFeedOptions } from './feed';
export { type LiveEndpointOptions, liveEndpoint } from './live-endpoint';
