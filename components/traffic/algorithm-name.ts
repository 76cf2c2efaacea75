const NAMES: Readonly<Record<string, string>> = {
  'fixed-window': 'fixed window',
  'sliding-window-log': 'sliding window log',
  'sliding-window-counter': 'sliding window counter',
  gcra: 'leaky bucket (GCRA)',
  'token-bucket': 'token bucket',
};

/** An algorithm in words. */
export function algorithmName(algorithm: string): string {
  return NAMES[algorithm] ?? algorithm.replaceAll('-', ' ');
}
