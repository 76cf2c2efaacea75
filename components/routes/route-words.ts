import { examplePath } from '@/components/policies/probe';
import type { RouteDraft } from './route-draft';

type Prefixes = Readonly<Record<'strip_prefix' | 'add_prefix', string>>;

/** The path that the upstream sees: `/shop/items` without `/shop` and behind `/v2` is `/v2/items`. */
export function forwardedPath(path: string, { strip_prefix, add_prefix }: Prefixes): string {
  // Without regard to case, as paths are matched.
  const isBelow = `${path}/`.toLowerCase().startsWith(`${strip_prefix}/`.toLowerCase());
  const rest = strip_prefix !== '' && isBelow ? path.slice(strip_prefix.length) : path;
  return rest === '/' || rest === '' ? add_prefix || '/' : `${add_prefix}${rest}`;
}

/** A request that a route takes, as it comes and as it goes on. */
export interface RouteExample {
  readonly from: string;
  readonly to: string;
  /** Whether the path goes on as it comes. */
  readonly isUnchanged: boolean;
  /** Whether it is all that the route takes, and not one of many. */
  readonly isOnly: boolean;
}

/** The example that says most of a route: of its first path and host. undefined: it has no path yet */
export function routeExample(
  route: Prefixes & { readonly match: Pick<RouteDraft['match'], 'hosts' | 'paths'> },
): RouteExample | undefined {
  const { hosts, paths } = route.match;
  const [pattern] = paths;
  if (pattern === undefined) return undefined;
  const path = examplePath(pattern);
  const host = hosts[0]?.replace('*', 'www') ?? '';
  const from = `${host}${path}`;
  const to = forwardedPath(path, route);
  const isOnly = paths.length === 1 && hosts.length <= 1 && from === `${hosts[0] ?? ''}${pattern}`;
  return { from, to, isUnchanged: to === path, isOnly };
}
