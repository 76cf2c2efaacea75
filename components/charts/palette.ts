/** Tokens of app/globals.css that charts are drawn with. */
const TOKENS = [
  '--ink',
  '--ink-soft',
  '--ink-faint',
  '--line',
  '--accent-text',
  '--allowed',
  '--allowed-text',
  '--denied',
  '--degraded-text',
  '--denied-text',
] as const;

export type Token = (typeof TOKENS)[number];
type Colours = Readonly<Record<Token, string>>;

export interface Palette {
  readonly solid: Colours;
  /** The same for areas that lines cross. */
  readonly washed: Colours;
}

/**
 * The tokens as they are now. A canvas can't read them, and a custom property's own value is its text,
 * so the colours are taken from an element that wears them.
 */
export function readPalette(): Palette {
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  const read = (wear: (token: Token) => string) => {
    const colours = TOKENS.map((token) => {
      probe.style.color = wear(token);
      return [token, getComputedStyle(probe).color] as const;
    });
    return Object.fromEntries(colours) as Record<Token, string>;
  };
  const palette = {
    solid: read((token) => `var(${token})`),
    washed: read((token) => `color-mix(in srgb, var(${token}) 24%, transparent)`),
  };
  probe.remove();
  return palette;
}

/** Tells when the theme changes, whoever changed it. @returns ends it */
export function watchTheme(onChange: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const choice = new MutationObserver(onChange);
  choice.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  system.addEventListener('change', onChange);
  return () => {
    choice.disconnect();
    system.removeEventListener('change', onChange);
  };
}
