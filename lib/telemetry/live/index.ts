/**
 * The live feed: traffic as it happens, by Server-Sent Events to whoever watches.
 *
 * Every event is made once for each audience, and the same bytes are written to all of it, in rounds: four
 * in a second while viewers are few, one while they are many.
 *
 * Guarantees: the number of viewers, what waits for each of them and what is kept for those who come back
 * are bounded; who reads too slowly is dropped, and nobody else waits for it; who comes back to the same
 * process is told everything that is still held, once; what it missed is looked up second by second, one
 * viewer at a time, and for strangers who filter not at all. Never: tells people who are no admins whose
 * a request was, what it asked for or when to the millisecond; holds up the shutdown.
 */
export type { LiveHello, LiveSecondJson } from './events';
export { createLiveFeed, type LiveFeed } from './feed';
export { type LiveEndpointOptions, liveEndpoint } from './live-endpoint';
