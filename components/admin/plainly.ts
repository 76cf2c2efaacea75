const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * A text that a client chose, with what nobody would see, or what would turn the rest around, spelled
 * out: `<U+202E>`.
 */
export function plainly(text: string): string {
  return text.replace(
    HIDDEN,
    (sign) => `<U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`,
  );
}
