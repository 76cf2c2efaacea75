export type Theme = 'light' | 'dark';

/** Holds the theme a person chose; absent while they follow their system. */
export const THEME_COOKIE = 'theme';

export function themeOf(cookie: string | undefined): Theme | undefined {
  return cookie === 'light' || cookie === 'dark' ? cookie : undefined;
}
