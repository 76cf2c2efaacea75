const APPLE = /Mac|iPhone|iPad/;

/** The keys of the command palette, as the keyboard of a browser's computer names them. */
export function jumpKeys(userAgent: string): string {
  return APPLE.test(userAgent) ? '⌘K' : 'Ctrl K';
}
