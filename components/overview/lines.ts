import type { LineLook } from '@/components/charts/plot';

const DASHED = [7, 4] as const;
const DOTTED = [2, 3] as const;

/** Coloured as the blocks of the Traffic page are. */
export const RATE_LINES: readonly LineLook[] = [
  {
    name: 'allowed',
    mark: '✓',
    colour: '--allowed-text',
    tone: 'text-allowed-text',
    fill: '--allowed',
    width: 1.5,
  },
  {
    name: 'denied',
    mark: '✕',
    colour: '--denied-text',
    tone: 'text-denied-text',
    fill: '--denied',
    width: 1.5,
    dash: DASHED,
  },
  {
    name: 'errors',
    mark: '!',
    colour: '--degraded-text',
    tone: 'text-degraded-text',
    width: 1.5,
    dash: DOTTED,
  },
];

export const LATENCY_LINES: readonly LineLook[] = [
  { name: 'p50', mark: '', colour: '--accent-text', tone: 'text-accent-text', width: 1.5 },
  {
    name: 'p95',
    mark: '',
    colour: '--accent-text',
    tone: 'text-accent-text',
    width: 1.5,
    dash: DASHED,
    level: 1,
  },
  {
    name: 'p99',
    mark: '',
    colour: '--ink-soft',
    tone: 'text-ink-soft',
    width: 1.5,
    dash: DOTTED,
    level: 2,
  },
];
