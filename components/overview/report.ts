import type { TrafficJson } from '@/lib/admin';

/** What `/api/v1/admin/traffic` answers: all of it from one look. */
export type Report = TrafficJson;
/** A route, a policy or a replica and what it had of the whole; `-`: none. */
export type Share = Report['routes'][number];
export type Blocked = Report['blocked'];
export type BlockedClient = Blocked['clients'][number];
