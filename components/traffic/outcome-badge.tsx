import { clsx } from 'clsx';
import { type Block, type BlockState, stateOf } from './block';

const BADGES: Readonly<Record<BlockState, readonly [word: string, look: string]>> = {
  pending: ['… pending', 'bg-raised text-ink-soft'],
  allowed: ['✓ allowed', 'bg-allowed text-allowed-ink'],
  denied: ['✕ denied', 'bg-denied text-denied-ink'],
  degraded: ['✓ allowed, uncounted', 'bg-degraded text-degraded-ink'],
  error: ['– failed', 'bg-failed text-failed-ink'],
};

export function OutcomeBadge({ block }: { block: Block }) {
  const [word, look] = BADGES[stateOf(block)];
  return <span className={clsx('rounded-md px-2 py-0.5 font-semibold', look)}>{word}</span>;
}
