import type { Route } from '@/lib/policy';
import type { RouteDraft } from './route-draft';

type Matched = Pick<RouteDraft, 'name' | 'match'>;
type Match = RouteDraft['match'];

/** Another route that takes some of the same requests, where only the names say which of them wins. */
export interface Rival {
  readonly name: string;
  /** The first pattern that both have. */
  readonly path: string;
}

/** Routes that no host, path or method puts before a draft or after it, for some requests. */
export function rivalsOf(
  { name, match }: Matched,
  routes: readonly Pick<Route, 'name' | 'match'>[],
): Rival[] {
  const ownPaths = new Set(match.paths.map(patternForm));
  return routes.flatMap((route) => {
    if (route.name === name || !sharesHost(match, route.match)) return [];
    if (!sharesMethod(match, route.match)) return [];
    const path = route.match.paths.find((pattern) => ownPaths.has(patternForm(pattern)));
    return path === undefined ? [] : [{ name: route.name, path }];
  });
}

/** What a rival means for the requests that both take. @param name of the draft; empty: none yet */
export function rivalWords({ name: rival, path }: Rival, name: string): string {
  const shared = `takes requests to ${path} too`;
  if (name === '') return `${shared}: of two names the one that sorts first wins.`;
  return rival < name
    ? `${shared} and wins: its name comes first.`
    : `${shared} and would lose them to this one.`;
}

/** Patterns that match the same paths are the same text in it. */
function patternForm(pattern: string): string {
  return pattern.toLowerCase().replace(/:[^/]+/g, ':');
}

function sharesHost(one: Match, other: Match): boolean {
  if (one.hosts.length === 0 || other.hosts.length === 0) {
    return one.hosts.length === other.hosts.length;
  }
  return one.hosts.some((host) => other.hosts.includes(host));
}

/** Routes that name methods go before those that take any. */
function sharesMethod(one: Match, other: Match): boolean {
  if (one.methods.length === 0 || other.methods.length === 0) {
    return one.methods.length === other.methods.length;
  }
  const taken = takenMethods(other);
  return takenMethods(one).some((method) => taken.includes(method));
}

function takenMethods({ methods }: Match): readonly string[] {
  return methods.includes('GET') ? [...methods, 'HEAD'] : methods;
}
