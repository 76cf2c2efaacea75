/** Cache-Control directives by name in lower case; undefined where one has no value. */
export type Directives = ReadonlyMap<string, string | undefined>;

const DIRECTIVE = /([\w!#$%&'*+.^`|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]*)))?/g;
/** "A cache SHOULD consider the value to be 2147483648" (RFC 9111 §1.2.2). */
const MOST_SECONDS = 2_147_483_648;

/** Reads a Cache-Control field. Of a directive that is given twice the first counts (RFC 9111 §4.2.1). */
export function parseDirectives(field: string | undefined): Directives {
  const directives = new Map<string, string | undefined>();
  for (const [, name = '', quoted, token] of (field ?? '').matchAll(DIRECTIVE)) {
    const key = name.toLowerCase();
    if (!directives.has(key)) directives.set(key, quoted ?? token);
  }
  return directives;
}

/** A directive's seconds; 0 for what is no number, undefined where it is not given. */
export function secondsOf(directives: Directives, name: string): number | undefined {
  if (!directives.has(name)) return undefined;
  const value = directives.get(name) ?? '';
  return /^\d+$/.test(value) ? Math.min(Number(value), MOST_SECONDS) : 0;
}
