import type { Page } from '@playwright/test';

/** Chromium reports every refused request as an error; here refusals are the point. */
const REFUSAL = /^Failed to load resource: the server responded with a status of 429/;

/**
 * Gathers what a page complains about: script errors, violations of its content security policy
 * (Chromium writes them to the console), failed hydration, warnings.
 */
export function watchConsole(page: Page, expected: readonly RegExp[]): readonly string[] {
  const complaints: string[] = [];
  const note = (text: string) => {
    if (![REFUSAL, ...expected].some((pattern) => pattern.test(text))) complaints.push(text);
  };
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    note(`${message.text()} at ${message.location().url}`);
  });
  page.on('pageerror', (error) => note(error.stack ?? error.message));
  return complaints;
}
