import { clsx } from 'clsx';
import { Check, TriangleAlert, X } from 'lucide-react';
import type { LiveDecision } from './decision';

const MARKS = {
  allowed: { Icon: Check, look: 'text-allowed-text', word: 'allowed' },
  denied: { Icon: X, look: 'text-denied-text', word: 'denied' },
  error: { Icon: TriangleAlert, look: 'text-degraded-text', word: 'error' },
} as const;

/** What became of a request; `×8` where a row stands for eight. */
export function VerdictMark({ decision }: { decision: LiveDecision }) {
  const { Icon, look, word } = MARKS[decision.verdict];
  const { weight } = decision;
  return (
    <span className={clsx('flex items-center gap-1.5 whitespace-nowrap', look)}>
      <Icon className="size-4 shrink-0" strokeWidth={2.5} aria-hidden="true" />
      <span className="font-semibold">{word}</span>
      {weight > 1 && (
        <span className="font-mono text-ink-faint text-sm" title={`Stands for ${weight} requests`}>
          ×{weight}
        </span>
      )}
    </span>
  );
}
