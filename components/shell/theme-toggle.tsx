'use client';

import { Moon, Sun } from 'lucide-react';
import { IconButton } from '@/components/ui/icon-button';
import { THEME_COOKIE, type Theme, themeOf } from './theme';

const YEAR_SECONDS = 31_536_000;

function themeInForce(): Theme {
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  return themeOf(document.documentElement.dataset.theme) ?? system;
}

function switchTheme(): void {
  const theme = themeInForce() === 'dark' ? 'light' : 'dark';
  document.documentElement.dataset.theme = theme;
  // biome-ignore lint/suspicious/noDocumentCookie: cookieStore exists only on secure origins, and a gateway is often reached by plain http.
  document.cookie = `${THEME_COOKIE}=${theme}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}

/** Switches between light and dark and keeps the choice in a cookie, so that the server renders it. */
export function ThemeToggle() {
  return (
    <IconButton label="Switch between light and dark" onClick={switchTheme}>
      <Sun className="if-dark" />
      <Moon className="if-light" />
    </IconButton>
  );
}
