import { clsx } from 'clsx';
import { CircleSlash, Eye, ShieldCheck } from 'lucide-react';
import type { Mode } from './policy-draft';

const MODES = {
  enforce: { Icon: ShieldCheck, look: 'text-allowed-text', word: 'enforce' },
  shadow: { Icon: Eye, look: 'text-accent-text', word: 'shadow' },
  off: { Icon: CircleSlash, look: 'text-ink-faint', word: 'off' },
} as const;

export function ModeBadge({ mode }: { mode: Mode }) {
  const { Icon, look, word } = MODES[mode];
  return (
    <span
      className={clsx('inline-flex items-center gap-1.5 whitespace-nowrap font-semibold', look)}
    >
      <Icon className="size-4" aria-hidden="true" />
      {word}
    </span>
  );
}
