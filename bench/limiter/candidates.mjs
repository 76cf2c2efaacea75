import { floodgateCandidates } from './floodgate.mjs';
import { peerCandidates } from './peers.mjs';

/**
 * @typedef {object} Candidate
 * @property {string} name
 * @property {'redis' | 'memory'} store
 * @property {'allowed' | 'denied'} path what its answers are meant to be
 * @property {boolean} [isLocal] answers without asking Redis
 * @property {boolean} [forgets] units come back during a run, so only an upper bound can be checked
 * @property {(redisUrl: string) => Promise<Open> | Open} open
 *
 * @typedef {import('./lanes.mjs').Asked & {
 *   used: (key: string) => number | Promise<number>,
 *   close: () => unknown,
 * }} Open used: units counted under a key, as the candidate itself tells
 */

/** What the others on the same kind of store are compared with. */
export const YARDSTICKS = {
  redis: 'rate-limiter-flexible',
  memory: 'RateLimiterMemory',
};

/**
 * @param {object} lib the bundled limiter
 * @returns {Candidate[]}
 */
export function createCandidates(lib) {
  return [...floodgateCandidates(lib), ...peerCandidates];
}
