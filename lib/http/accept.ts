/** A media range of an Accept field. */
interface Range {
  readonly type: string;
  readonly subtype: string;
  readonly quality: number;
}

/**
 * The media type that an Accept field (RFC 9110, section 12.5.1) likes best.
 * @param offered in the order of our own liking, which decides where the field does not
 * @returns the first where nothing was asked for, or nothing of it is offered
 */
export function preferredType<T extends string>(
  accept: string | undefined,
  offered: readonly [T, ...T[]],
): T {
  const [first] = offered;
  if (accept === undefined) return first;
  const ranges = accept.slice(0, LONGEST_FIELD).split(',').flatMap(rangeOf);
  let best = first;
  let bestQuality = 0;
  for (const type of offered) {
    const quality = qualityOf(type, ranges);
    if (quality > bestQuality) {
      best = type;
      bestQuality = quality;
    }
  }
  return best;
}

/** Browsers' are far shorter. */
const LONGEST_FIELD = 2_048;
const QUALITY = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/** Parameters besides the quality name versions, of which there is one each. */
function rangeOf(text: string): Range[] {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const [type, subtype] = name.split('/');
  if (!type || !subtype) return [];
  const weight = parameters.find((parameter) => /^q\s*=/.test(parameter));
  const value = weight?.slice(weight.indexOf('=') + 1).trim() ?? '1';
  return QUALITY.test(value) ? [{ type, subtype, quality: Number(value) }] : [];
}

/** What the most specific range says; 0 where none matches. */
function qualityOf(mediaType: string, ranges: readonly Range[]): number {
  const [type, subtype] = mediaType.split('/');
  const exact = ranges.filter((range) => range.type === type && range.subtype === subtype);
  const ofType = ranges.filter((range) => range.type === type && range.subtype === '*');
  const any = ranges.filter((range) => range.type === '*' && range.subtype === '*');
  const [chosen] = [exact, ofType, any].filter(({ length }) => length > 0);
  return Math.max(0, ...(chosen ?? []).map(({ quality }) => quality));
}
