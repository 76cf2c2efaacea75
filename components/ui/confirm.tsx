'use client';

import { AlertDialog } from 'radix-ui';
import { type ReactNode, type RefObject, useState } from 'react';
import { useFocusReturn } from '@/components/hooks/use-focus-return';
import { Button } from './button';
import { FaultLine } from './field';

interface ConfirmProps {
  readonly title: string;
  readonly action: string;
  /** What the way back is called. */
  readonly refusal?: string;
  readonly isDanger?: boolean;
  /** Done when it resolves; a failure is shown and can be tried again. */
  readonly onConfirm: () => Promise<void> | void;
  readonly onClose: () => void;
  /** Gets the focus when what opened the dialog is gone or disabled. */
  readonly fallbackFocus?: RefObject<HTMLElement | null>;
  readonly children: ReactNode;
}

/** A question before something that is not easily undone, open as long as it is rendered. */
export function Confirm(props: ConfirmProps) {
  const { title, action, refusal = 'Cancel', isDanger = false, onConfirm, onClose } = props;
  const giveFocusBack = useFocusReturn(props.fallbackFocus);
  const [state, setState] = useState<{ isBusy: boolean; fault?: string }>({ isBusy: false });

  async function confirm() {
    setState({ isBusy: true });
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setState({ isBusy: false, fault: error instanceof Error ? error.message : String(error) });
    }
  }

  return (
    <AlertDialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="veil fixed inset-0 z-50 bg-[oklch(0.1_0.01_255/0.5)]" />
        <AlertDialog.Content
          onCloseAutoFocus={giveFocusBack}
          className="sheet fixed top-1/2 left-1/2 z-50 flex max-h-[85dvh] w-[min(32rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 flex-col rounded-2xl border border-line bg-panel shadow-2xl outline-none [--sheet-from:0_0.5rem]"
        >
          <AlertDialog.Title className="px-6 pt-5 font-semibold text-lg">{title}</AlertDialog.Title>
          <AlertDialog.Description asChild>
            <div className="flex min-h-0 flex-col gap-3 overflow-y-auto overscroll-contain px-6 pt-2 pb-5 text-ink-soft">
              {props.children}
            </div>
          </AlertDialog.Description>
          <div className="border-line border-t px-6 py-4">
            <div role="alert">{state.fault !== undefined && <FaultLine text={state.fault} />}</div>
            <div className="flex flex-wrap justify-end gap-3">
              <AlertDialog.Cancel asChild>
                <Button variant="strong">{refusal}</Button>
              </AlertDialog.Cancel>
              <Button
                variant={isDanger ? 'danger' : 'primary'}
                disabled={state.isBusy}
                onClick={confirm}
              >
                {action}
              </Button>
            </div>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
