/**
 * Balancing: which of several targets takes the next request. Adding a way of balancing is a file
 * here, a line in the registry and its name in the upstream's schema.
 */
import type { Upstream } from '../../policy';
import type { Balancer } from './balancer';
import { consistentHash } from './consistent-hash';
import { leastConnections } from './least-connections';
import { roundRobin } from './round-robin';

export const balancers: Readonly<Record<Upstream['balance'], Balancer>> = {
  'round-robin': roundRobin,
  'least-connections': leastConnections,
  'consistent-hash': consistentHash,
};

export type { Balancer, Candidate } from './balancer';
export { hashOf } from './hash';
