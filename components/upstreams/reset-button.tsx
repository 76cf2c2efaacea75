'use client';

import { RotateCcw } from 'lucide-react';
import { type Ref, useState } from 'react';
import { messageOf } from '@/components/admin/admin-error';
import { Button } from '@/components/ui/button';

interface ResetButtonProps {
  readonly ref: Ref<HTMLButtonElement>;
  readonly upstream: string;
  readonly isDisabled: boolean;
  readonly onReset: () => Promise<void>;
  readonly onFailure: (words: string | undefined) => void;
}

/** Closes the breaker and takes ejected targets back; nothing is lost by it, so nobody is asked. */
export function ResetButton({ ref, upstream, isDisabled, onReset, onFailure }: ResetButtonProps) {
  const [isBusy, setBusy] = useState(false);

  async function reset() {
    setBusy(true);
    onFailure(undefined);
    try {
      await onReset();
    } catch (error) {
      onFailure(messageOf(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Button
      ref={ref}
      variant="strong"
      aria-label={`Reset ${upstream}`}
      title="Close the breaker and take ejected targets back"
      // Not `disabled`, which takes the focus from whoever has just pressed it.
      aria-disabled={isDisabled}
      aria-busy={isBusy}
      className="aria-disabled:opacity-50"
      onClick={() => {
        if (!isDisabled && !isBusy) void reset();
      }}
    >
      <RotateCcw className="size-4" aria-hidden="true" />
      Reset
    </Button>
  );
}
