const NAMES: Readonly<Record<string, string>> = {
  'fixed-window': 'fixed window',
  'token-bucket': 'token bucket',
};

/** An algorithm in words. */
export function algorithmName(algorithm: string): string {
  return NAMES[algorithm] ?? algorithm.replaceAll('-', ' ');
}
