/** One member of a RateLimit or RateLimit-Policy field. */
export interface FieldMember {
  readonly name: string;
  readonly parameters: Readonly<Record<string, number>>;
}

const MEMBER = /"((?:[^"\\]|\\.)*)"((?:\s*;\s*[a-z*][a-z0-9_.*-]*=-?\d+)*)/y;
const PARAMETER = /;\s*([a-z*][a-z0-9_.*-]*)=(-?\d+)/g;
const SEPARATOR = /\s*,\s*/y;

/**
 * Reads a list of structured-field strings with integer parameters (RFC 9651), the form of
 * `"stock-price";q=5;w=10`.
 * @returns empty for anything else
 */
export function parseRateLimitField(field: string): FieldMember[] {
  const text = field.trim();
  const members: FieldMember[] = [];
  let at = 0;
  while (at < text.length) {
    if (at > 0) {
      SEPARATOR.lastIndex = at;
      if (!SEPARATOR.test(text)) return [];
      at = SEPARATOR.lastIndex;
    }
    MEMBER.lastIndex = at;
    const match = MEMBER.exec(text);
    if (match === null) return [];
    members.push({
      name: (match[1] ?? '').replace(/\\(.)/g, '$1'),
      parameters: Object.fromEntries(
        [...(match[2] ?? '').matchAll(PARAMETER)].map(([, key = '', value]) => [
          key,
          Number(value),
        ]),
      ),
    });
    at = MEMBER.lastIndex;
  }
  return members;
}
