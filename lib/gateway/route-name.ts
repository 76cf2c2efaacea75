import type { Call } from '../http';
import type { Snapshot } from '../policy';
import type { Endpoint } from './endpoint';

/** The route of a path that nothing is said about: one for all, so that inventing paths gains nothing. */
export const NO_ROUTE = '-';

/** Names the route that a call takes, as policies count by it. */
export type RouteOf = (call: Call, snapshot: Snapshot) => string;

/** @param limited the endpoints that policies apply to: each is a route by its path */
export function routesOf(limited: readonly Endpoint[]): RouteOf {
  const paths = new Set(limited.map(({ path }) => path));
  return (call, snapshot) =>
    paths.has(call.path) ? call.path : (snapshot.routeFor(call)?.name ?? NO_ROUTE);
}
