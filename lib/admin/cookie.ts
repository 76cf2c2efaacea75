/** Longer values are none of ours. */
const LONGEST_VALUE = 4_096;

/** The first value of a cookie in a Cookie header (RFC 6265 §5.4); undefined when absent. */
export function cookieValue(header: string | null | undefined, name: string): string | undefined {
  if (header === null || header === undefined) return undefined;
  const start = `${name}=`;
  for (const pair of header.split(';')) {
    const trimmed = pair.trim();
    if (!trimmed.startsWith(start)) continue;
    const value = trimmed.slice(start.length);
    return value.length <= LONGEST_VALUE ? value : undefined;
  }
  return undefined;
}
