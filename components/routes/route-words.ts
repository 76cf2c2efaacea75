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
}

/** The example that says most of a route: of its first path, with host and method where they matter. */
export function routeExample(
  route: Prefixes & { readonly match: Pick<RouteDraft['match'], 'hosts' | 'paths'> },
): RouteExample {
  const path = examplePath(route.match.paths[0]);
  const host = route.match.hosts[0]?.replace('*', 'www') ?? '';
  return { from: `${host}${path}`, to: forwardedPath(path, route) };
}
