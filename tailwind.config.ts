import type { Config } from 'tailwindcss';

/** Names for the tokens of app/globals.css, which hold the values of both themes. */
export default {
  content: ['./app/**/*.tsx', './components/**/*.tsx'],
  theme: {
    colors: {
      transparent: 'transparent',
      current: 'currentColor',
      page: 'var(--page)',
      panel: 'var(--panel)',
      raised: 'var(--raised)',
      line: 'var(--line)',
      edge: 'var(--edge)',
      ink: { DEFAULT: 'var(--ink)', soft: 'var(--ink-soft)', faint: 'var(--ink-faint)' },
      accent: { DEFAULT: 'var(--accent)', ink: 'var(--accent-ink)', text: 'var(--accent-text)' },
      allowed: {
        DEFAULT: 'var(--allowed)',
        ink: 'var(--allowed-ink)',
        text: 'var(--allowed-text)',
      },
      denied: { DEFAULT: 'var(--denied)', ink: 'var(--denied-ink)', text: 'var(--denied-text)' },
      degraded: {
        DEFAULT: 'var(--degraded)',
        ink: 'var(--degraded-ink)',
        text: 'var(--degraded-text)',
        wash: 'var(--degraded-wash)',
      },
      failed: { DEFAULT: 'var(--failed)', ink: 'var(--failed-ink)' },
    },
    fontFamily: {
      sans: ['var(--font-sans)', 'system-ui', 'sans-serif'],
      mono: ['var(--font-mono)', 'ui-monospace', 'monospace'],
    },
    fontSize: {
      xs: ['0.6875rem', '0.8125rem'],
      sm: ['0.8125rem', '1.25rem'],
      base: ['0.9375rem', '1.5rem'],
      lg: ['1.25rem', '1.75rem'],
      xl: ['1.75rem', '2.25rem'],
    },
  },
} satisfies Config;
