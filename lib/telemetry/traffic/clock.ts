import type { TrafficLink } from './port';

/**
 * Everybody's clock, Unix ms: this machine's, put right by the link where there is one, so that all
 * replicas mean the same second.
 */
export function trafficClock(link?: Pick<TrafficLink, 'clockOffsetMs'>): () => number {
  return link === undefined ? Date.now : () => Date.now() + link.clockOffsetMs;
}
