const [LITERAL, ONE_SEGMENT, END, BELOW] = [3, 2, 1, 0];
/** Two bits a segment, and two for the end: 25 places stay an exact integer. */
const BASE = 4;
const HIGHEST_PLACE = BASE ** 24;
const COLON = 58;

/**
 * How specific a path pattern is: greater for the more specific. Segments count from the left, literal
 * ones more than `:name`, these more than the end of the path, and all of them more than `*`.
 * @param pattern of at most 24 segments
 */
export function specificityOf(pattern: string): number {
  let value = 0;
  let place = HIGHEST_PLACE;
  const end = pattern.endsWith('/*') ? pattern.length - 2 : pattern.length;
  for (
    let at = pattern.indexOf('/');
    at !== -1 && at + 1 < end;
    at = pattern.indexOf('/', at + 1)
  ) {
    value += place * (pattern.charCodeAt(at + 1) === COLON ? ONE_SEGMENT : LITERAL);
    place /= BASE;
  }
  return value + place * (end === pattern.length ? END : BELOW);
}
