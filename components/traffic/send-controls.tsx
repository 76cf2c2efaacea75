import { clsx } from 'clsx';
import { Eraser, Keyboard, Pause, Play, Send, Zap } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { IconButton } from '@/components/ui/icon-button';
import { Kbd } from '@/components/ui/kbd';
import { type Burst, BurstSettings } from './burst-settings';

interface SendControlsProps {
  readonly burst: Burst;
  readonly onBurstChange: (burst: Burst) => void;
  readonly onSend: () => void;
  readonly onBurst: () => void;
  readonly onClear: () => void;
  readonly onPause: () => void;
  readonly onHelp: () => void;
  readonly isPaused: boolean;
  /** Requests not sent yet. */
  readonly waiting: number;
}

/** What a person can do. On a phone it keeps to the bottom edge, where the thumb is. */
export function SendControls(props: SendControlsProps) {
  const { burst, isPaused, waiting } = props;
  return (
    <section
      aria-label="Send requests"
      className={clsx(
        'flex flex-wrap items-center gap-x-3 gap-y-2',
        'max-sm:fixed max-sm:inset-x-0 max-sm:bottom-0 max-sm:z-20 max-sm:border-line max-sm:border-t max-sm:bg-panel max-sm:px-4 max-sm:pt-3',
        'max-sm:pb-[max(0.5rem,env(safe-area-inset-bottom))]',
      )}
    >
      <Button
        variant="primary"
        onClick={props.onSend}
        aria-keyshortcuts="Enter"
        className="max-sm:flex-1"
      >
        <Send className="size-4 max-sm:hidden" aria-hidden="true" />
        Send request
        <Kbd>⏎</Kbd>
      </Button>
      <Button
        variant="strong"
        onClick={props.onBurst}
        aria-keyshortcuts="B"
        className="max-sm:flex-1"
      >
        <Zap className="size-4 max-sm:hidden" aria-hidden="true" />
        Burst attack ×{burst.size}
        <Kbd>B</Kbd>
      </Button>
      <div className="flex flex-1 items-center gap-1 max-sm:basis-full max-sm:flex-wrap max-sm:justify-between">
        <BurstSettings burst={burst} onChange={props.onBurstChange} />
        <p className="ml-auto px-2 text-right text-ink-soft text-sm max-sm:hidden">
          {waiting > 0 && `${waiting} waiting`}
        </p>
        <span className="flex">
          <IconButton label="Clear (C)" aria-keyshortcuts="C" onClick={props.onClear}>
            <Eraser />
          </IconButton>
          <IconButton
            label={isPaused ? 'Resume polling (P)' : 'Pause polling (P)'}
            aria-keyshortcuts="P"
            onClick={props.onPause}
            className={clsx(isPaused && 'bg-degraded-wash text-degraded-text')}
          >
            {isPaused ? <Play /> : <Pause />}
          </IconButton>
          <IconButton
            label="Keyboard shortcuts (?)"
            onClick={props.onHelp}
            className="max-sm:hidden"
          >
            <Keyboard />
          </IconButton>
        </span>
      </div>
    </section>
  );
}
