import { isHost } from './host';

/** A request target taken apart. */
export interface Target {
  readonly path: string;
  /** The same path as it is forwarded: encoded again, and with the slash that it may end in. */
  readonly encodedPath: string;
  readonly query: string;
  /** Of an absolute-form target: what the request is meant for, whatever Host says (RFC 9112 §3.2.2). */
  readonly authority?: string;
}

const NEEDS_WORK = /%|\/\/|\/\.|\\/;
const CONTROL = /\p{Cc}/u;
const NOT_MATCH_FORM = /[A-Z;\u0080-\uffff]|\.(?:\/|$)/;

/**
 * The one form of a request target that is matched and forwarded: percent-encoded letters decoded,
 * repeated slashes and dot segments resolved (RFC 3986 §5.2.4, §6.2.2), no trailing slash.
 * So no spelling of a path escapes its policy.
 *
 * @param target origin-form (`/path?query`) or absolute-form (`http://host/path`)
 * @returns undefined for what has no single safe meaning: bad escapes, encoded slashes, backslashes
 *   or controls, fragments, dot segments above the root or with parameters
 */
export function parseTarget(target: string): Target | undefined {
  const start = target.startsWith('/') ? 0 : absoluteFormPath(target);
  if (start === undefined) return undefined;
  // A request has no fragment (RFC 9112 §3.2); servers differ in what they make of one.
  if (target.includes('#')) return undefined;
  const mark = target.indexOf('?', start);
  const raw = target.slice(start, mark === -1 ? undefined : mark) || '/';
  let path = raw;
  let encodedPath = raw;
  if (NEEDS_WORK.test(raw)) {
    const segments = normalise(raw);
    if (segments === undefined) return undefined;
    path = `/${segments.join('/')}`;
    encodedPath = encodePath(segments, endsInSlash(raw));
  }
  const normal = withoutTrailingSlash(path);
  const query = mark === -1 ? '' : target.slice(mark + 1);
  if (start === 0) return { path: normal, encodedPath, query };
  const authority = target.slice(target.indexOf('//') + 2, start);
  return isHost(authority) ? { path: normal, encodedPath, query, authority } : undefined;
}

/** Whether a path names what is below its last segment: `/a/`, and also `/a/.` and `/a/b/..`. */
function endsInSlash(raw: string): boolean {
  return /(?:\/|\/(?:\.|%2e){1,2})$/i.test(raw);
}

function encodePath(segments: readonly string[], isSlashLast: boolean): string {
  if (segments.length === 0) return '/';
  // What encodeURI keeps has a place in a path, but for these two.
  const encoded = encodeURI(`/${segments.join('/')}`)
    .replaceAll('?', '%3F')
    .replaceAll('#', '%23');
  return isSlashLast ? `${encoded}/` : encoded;
}

function absoluteFormPath(target: string): number | undefined {
  const authority = /^https?:\/\/[^/?#]+/i.exec(target);
  return authority?.[0].length;
}

function normalise(raw: string): string[] | undefined {
  const decoded = decodeOnce(raw);
  if (decoded === undefined) return undefined;
  const segments: string[] = [];
  for (const segment of decoded.split('/')) {
    if (segment === '..') {
      if (segments.pop() === undefined) return undefined;
    } else if (segment.startsWith('..;')) {
      // One level up for servers that drop the parameters first, a name for all others.
      return undefined;
    } else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments;
}

/** Decodes what stands for a plain character and keeps the rest encoded. */
function decodeOnce(raw: string): string | undefined {
  if (raw.includes('\\') || /%(?:2f|5c|00)/i.test(raw)) return undefined;
  try {
    const decoded = decodeURIComponent(raw);
    return CONTROL.test(decoded) ? undefined : decoded;
  } catch {
    return undefined;
  }
}

function withoutTrailingSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/**
 * The form of a path that patterns are held against: lower case, without the segments' `;parameters`
 * and trailing dots, which many a server ignores. Paths that differ in nothing else share it.
 *
 * @param path as `parseTarget` gives it
 * @returns the path itself when there is nothing to change
 */
export function matchForm(path: string): string {
  if (!NOT_MATCH_FORM.test(path)) return path;
  const segments = path.toLowerCase().split('/').map(withoutDecoration);
  return `/${segments.filter((segment) => segment !== '').join('/')}`;
}

function withoutDecoration(segment: string): string {
  const mark = segment.indexOf(';');
  let end = mark === -1 ? segment.length : mark;
  while (end > 0 && segment[end - 1] === '.') end -= 1;
  return segment.slice(0, end);
}

/** The first value of a query parameter, decoded; undefined when absent or badly encoded. */
export function queryParameter(query: string, name: string): string | undefined {
  for (let start = 0; start < query.length; ) {
    const next = query.indexOf('&', start);
    const end = next === -1 ? query.length : next;
    if (query.startsWith(name, start) && query[start + name.length] === '=') {
      return decodeValue(query.slice(start + name.length + 1, end));
    }
    start = end + 1;
  }
  return undefined;
}

function decodeValue(raw: string): string | undefined {
  if (!raw.includes('%') && !raw.includes('+')) return raw;
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
