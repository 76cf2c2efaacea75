import { Minus, Plus } from 'lucide-react';
import { useId, useState } from 'react';
import type { BurstMode } from '@/components/hooks/use-traffic';
import { IconButton } from '@/components/ui/icon-button';

export interface Burst {
  readonly size: number;
  readonly mode: BurstMode;
}

const SMALLEST = 1;
const LARGEST = 50;

interface BurstSettingsProps {
  readonly burst: Burst;
  readonly onChange: (burst: Burst) => void;
}

/** How many requests a burst has, and whether each waits for the one before. */
export function BurstSettings({ burst, onChange }: BurstSettingsProps) {
  const { size, mode } = burst;
  const sizeId = useId();
  const [draft, setDraft] = useState<string>();

  function resize(wanted: number) {
    onChange({ size: Math.min(LARGEST, Math.max(SMALLEST, wanted)), mode });
  }

  function commit() {
    if (draft !== undefined && /^\d{1,3}$/.test(draft)) resize(Number(draft));
    setDraft(undefined);
  }

  return (
    <div className="flex items-center gap-2">
      <div className="flex items-center rounded-lg bg-raised">
        <IconButton
          label="Smaller burst"
          disabled={size === SMALLEST}
          onClick={() => resize(size - 1)}
        >
          <Minus />
        </IconButton>
        <label htmlFor={sizeId} className="sr-only">
          Burst size
        </label>
        <input
          id={sizeId}
          inputMode="numeric"
          value={draft ?? size}
          onChange={({ target }) => setDraft(target.value)}
          onBlur={commit}
          onKeyDown={({ key }) => key === 'Enter' && commit()}
          autoComplete="off"
          className="h-9 w-8 rounded-md bg-transparent text-center font-mono"
        />
        <IconButton
          label="Larger burst"
          disabled={size === LARGEST}
          onClick={() => resize(size + 1)}
        >
          <Plus />
        </IconButton>
      </div>
      <select
        aria-label="Order of sending"
        value={mode}
        onChange={({ target }) =>
          onChange({ size, mode: target.value === 'parallel' ? 'parallel' : 'sequential' })
        }
        className="h-11 rounded-lg border-r-8 border-transparent bg-raised pl-3 text-sm"
      >
        <option value="sequential">one by one</option>
        <option value="parallel">5 at a time</option>
      </select>
    </div>
  );
}
