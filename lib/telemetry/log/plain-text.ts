const UNPRINTABLE = /[^\x20-\x7e]/;
const EVERY_UNPRINTABLE = /[^\x20-\x7e]/g;

/**
 * A line, without its end, with everything but printable ASCII written as `\uXXXX`, which JSON reads
 * back as it was. So a line has as many bytes as characters, and nothing in it moves a terminal's cursor, ends a line for whoever
 * takes U+2028 or U+0085 for an end, or is no UTF-8.
 */
export function plainText(line: string): string {
  return UNPRINTABLE.test(line) ? line.replace(EVERY_UNPRINTABLE, escaped) : line;
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
