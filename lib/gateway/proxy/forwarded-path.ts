import { matchForm } from '../../http';
import type { Route } from '../../policy';

/**
 * The target that a route makes of a request's: without the prefix that it strips, with the one that it
 * adds, and with the query as it came.
 *
 * @param path normalised
 * @param encodedPath the same as it is forwarded
 */
export function forwardedTarget(
  { strip_prefix: strip, add_prefix: add }: Pick<Route, 'strip_prefix' | 'add_prefix'>,
  path: string,
  encodedPath: string,
  query: string,
): string {
  let target = encodedPath;
  if (strip !== '' && beginsWith(matchForm(path), matchForm(strip))) {
    target = withoutSegments(path, encodedPath, strip.split('/').length - 1);
  }
  if (add !== '') target = target === '/' ? encodeURI(add) : encodeURI(add) + target;
  return query === '' ? target : `${target}?${query}`;
}

function beginsWith(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/');
}

/** Counted, not compared: what is stripped may be written in other letters, or with what does not count. */
function withoutSegments(path: string, encodedPath: string, count: number): string {
  let left = count;
  let start = 0;
  for (const segment of path.slice(1).split('/')) {
    start = encodedPath.indexOf('/', start + 1);
    if (start === -1) return '/';
    if (matchForm(`/${segment}`) !== '/') left -= 1;
    if (left === 0) break;
  }
  return encodedPath.slice(start);
}
