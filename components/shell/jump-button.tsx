'use client';

import { clsx } from 'clsx';
import { Search } from 'lucide-react';
import dynamic from 'next/dynamic';
import { type MouseEvent, type ReactNode, useEffect, useEffectEvent, useState } from 'react';
import { Kbd } from '@/components/ui/kbd';

const load = () => import('./command-palette').then((part) => part.CommandPalette);
const CommandPalette = dynamic(load, { ssr: false });

interface JumpButtonProps {
  /** Whether policies, clients and upstreams can be asked for. */
  readonly isOperator: boolean;
  /** The keys that open it too, as this computer's keyboard names them; without them no key does. */
  readonly keys?: string;
  readonly className: string;
  readonly children?: ReactNode;
}

/** Opens the command palette. */
export function JumpButton({ isOperator, keys, className, children }: JumpButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const hasKeys = keys !== undefined;

  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    // Whoever is quick types on before it is there.
    if (event.key === 'Control' || event.key === 'Meta') void load();
    if (event.key.toLowerCase() !== 'k' || event.altKey || event.shiftKey) return;
    if (event.ctrlKey === event.metaKey || event.repeat) return;
    if (!isOpen && document.querySelector('[role="dialog"], [role="alertdialog"]') !== null) return;
    event.preventDefault();
    setOpen(!isOpen);
  });
  useEffect(() => {
    if (!hasKeys) return;
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [hasKeys]);

  function open({ currentTarget }: MouseEvent<HTMLElement>) {
    // What closes last would have the focus: the menu first, then.
    currentTarget.closest<HTMLElement>('[popover]')?.hidePopover();
    setOpen(true);
  }

  return (
    <>
      <button
        type="button"
        aria-label="Jump to…"
        title="Jump to a page, policy, client or upstream"
        aria-haspopup="dialog"
        aria-keyshortcuts={hasKeys ? 'Control+K Meta+K' : undefined}
        onPointerEnter={() => void load()}
        onClick={open}
        className={clsx(
          'flex shrink-0 items-center rounded-lg text-ink-soft hover:bg-raised hover:text-ink',
          className,
        )}
      >
        <Search className="size-5" aria-hidden="true" />
        {hasKeys && <Kbd className="whitespace-nowrap opacity-100!">{keys}</Kbd>}
        {children}
      </button>
      {isOpen && <CommandPalette isOperator={isOperator} onClose={() => setOpen(false)} />}
    </>
  );
}
