/** RFC 1035 §2.3.4. Longer ones match nothing, and cost nothing to look up. */
const LONGEST_NAME = 253;
const DOT = 46;

/**
 * The name that a Host field gives, in lower case, without port and trailing dots.
 * @returns undefined for what can be no name
 */
export function hostName(field: string | undefined): string | undefined {
  if (field === undefined) return undefined;
  const colon = field.indexOf(':', field.startsWith('[') ? field.indexOf(']') : 0);
  let end = colon === -1 ? field.length : colon;
  while (end > 0 && field.charCodeAt(end - 1) === DOT) end -= 1;
  return end === 0 || end > LONGEST_NAME ? undefined : field.slice(0, end).toLowerCase();
}
