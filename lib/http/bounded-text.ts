/**
 * At most so many characters, the last of them `…` where some are missing, as a text of its own: V8
 * keeps the whole of a text alive for the sake of a part, so the part is taken of a short one that is
 * put together first.
 */
export function bounded(text: string, longest: number): string {
  const kept = text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
  return ` ${kept}`.slice(1);
}
