import { matchesWords } from '@/components/admin/matches-words';
import type { Route, Upstream } from '@/lib/policy';

/** Whether every word of a search stands somewhere in an upstream, its targets or the routes to it. */
export function matchesSearch(
  { name, description, targets }: Upstream,
  routes: readonly Route[],
  search: string,
): boolean {
  return matchesWords(
    [
      name,
      description,
      ...targets.map(({ url }) => url),
      ...routes.flatMap(({ name: route, match }) => [route, ...match.paths, ...match.hosts]),
    ],
    search,
  );
}
