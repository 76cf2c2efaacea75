import { clsx } from 'clsx';
import { Check, type LucideIcon, Minus, ShieldOff, X } from 'lucide-react';
import { memo } from 'react';
import { describeBlock } from './announcement';
import { type Block, type BlockState, stateOf } from './block';
import { captionsOf } from './captions';

const ICONS: Readonly<Record<BlockState, LucideIcon | undefined>> = {
  pending: undefined,
  allowed: Check,
  denied: X,
  degraded: ShieldOff,
  error: Minus,
};

const LOOKS: Readonly<Record<BlockState, string>> = {
  pending: 'border-edge text-ink-soft',
  allowed: 'border-allowed bg-allowed text-allowed-ink',
  denied: 'translate-y-[3px] border-denied bg-denied text-denied-ink',
  degraded: 'border-degraded bg-degraded text-degraded-ink',
  error: 'border-failed bg-failed text-failed-ink',
};

interface BlockButtonProps {
  readonly block: Block;
  readonly isTabStop: boolean;
  readonly onFocus: (id: number) => void;
  readonly onOpen: (id: number) => void;
}

/** One request. Memoised: while traffic streams only the blocks that changed are drawn again. */
export const BlockButton = memo(function BlockButton({
  block,
  isTabStop,
  onFocus,
  onOpen,
}: BlockButtonProps) {
  const state = stateOf(block);
  const Icon = ICONS[state];
  const [top, bottom] = captionsOf(block);
  return (
    <li>
      <button
        type="button"
        data-testid="block"
        data-state={state}
        data-id={block.id}
        aria-label={describeBlock(block)}
        tabIndex={isTabStop ? 0 : -1}
        onFocus={() => onFocus(block.id)}
        onClick={() => onOpen(block.id)}
        className={clsx(
          'block flex size-full flex-col items-center justify-center whitespace-nowrap rounded-xl border-2 font-mono text-xs hover:brightness-110 max-sm:tracking-tighter',
          LOOKS[state],
          state === 'pending' && block.isQueued && 'border-dashed',
        )}
      >
        <span className="flex items-center gap-0.5 font-semibold text-sm leading-4">
          {Icon && <Icon className="size-4" strokeWidth={3} aria-hidden="true" />}
          {block.id}
        </span>
        <span className="h-[0.8125rem]">{top}</span>
        <span className="h-[0.8125rem]">{bottom}</span>
      </button>
    </li>
  );
});
