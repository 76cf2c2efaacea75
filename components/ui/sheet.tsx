'use client';

import { clsx } from 'clsx';
import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import type { ReactNode, RefObject } from 'react';
import { useFocusReturn } from '@/components/hooks/use-focus-return';
import { IconButton } from './icon-button';

const SHAPES = {
  side: 'max-sm:[--sheet-from:0_2rem] max-sm:inset-x-0 max-sm:bottom-0 max-sm:max-h-[88dvh] max-sm:rounded-t-2xl max-sm:border-t sm:inset-y-0 sm:right-0 sm:w-[32rem] sm:border-l',
  centre:
    'top-1/2 left-1/2 max-h-[85dvh] w-[min(26rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 rounded-2xl border [--sheet-from:0_0.5rem]',
  wide: 'top-1/2 left-1/2 max-h-[88dvh] w-[min(52rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 rounded-2xl border [--sheet-from:0_0.5rem]',
} as const;

interface SheetProps {
  readonly title: ReactNode;
  readonly shape: keyof typeof SHAPES;
  readonly onClose: () => void;
  /** Whether it can be left only by what it holds. */
  readonly isLocked?: boolean;
  /** Gets the focus when what opened the dialog is gone or disabled. */
  readonly fallbackFocus?: RefObject<HTMLElement | null>;
  readonly children: ReactNode;
}

/** A dialog over the page, open as long as it is rendered. */
export function Sheet(props: SheetProps) {
  const { title, shape, onClose, isLocked = false, fallbackFocus, children } = props;
  const giveFocusBack = useFocusReturn(fallbackFocus);

  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && !isLocked && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="veil fixed inset-0 z-30 bg-[oklch(0.1_0.01_255/0.5)]" />
        <Dialog.Content
          aria-describedby={undefined}
          onCloseAutoFocus={giveFocusBack}
          className={clsx(
            'sheet fixed z-40 flex flex-col overflow-hidden border-line bg-panel shadow-2xl outline-none',
            SHAPES[shape],
          )}
        >
          <div className="flex min-h-15 items-center justify-between gap-4 border-line border-b py-2 pr-2 pl-6">
            <Dialog.Title className="font-semibold text-lg">{title}</Dialog.Title>
            {!isLocked && (
              <Dialog.Close asChild>
                <IconButton label="Close">
                  <X />
                </IconButton>
              </Dialog.Close>
            )}
          </div>
          <div className="overflow-y-auto overscroll-contain px-6 py-5">{children}</div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
