'use client';

import { clsx } from 'clsx';
import { Search } from 'lucide-react';
import Link from 'next/link';
import { Dialog } from 'radix-ui';
import { type KeyboardEvent, useId, useState } from 'react';
import type { Client, Collection, Policy } from '@/components/admin/resources';
import { PATHS, useAdmin } from '@/components/hooks/use-admin';
import { useFocusReturn } from '@/components/hooks/use-focus-return';
import type { Route, Upstream } from '@/lib/policy';
import { type Destination, DOCUMENTATION, findDestinations } from './destinations';

interface CommandPaletteProps {
  /** Whether the admin API can be asked for names. */
  readonly isOperator: boolean;
  readonly onClose: () => void;
}

/** Everywhere one can go, by a few letters of its name. Open as long as it is rendered. */
export function CommandPalette({ isOperator, onClose }: CommandPaletteProps) {
  const giveFocusBack = useFocusReturn();
  const listId = useId();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const known = useNames(isOperator);
  const found = findDestinations(text, known);
  const current = Math.min(chosen, found.length - 1);
  const idOf = (index: number) => `${listId}-${index}`;

  function choose(index: number) {
    const wrapped = (index + found.length) % found.length;
    setChosen(wrapped);
    document.getElementById(idOf(wrapped))?.scrollIntoView({ block: 'nearest' });
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    const { key } = event;
    if (key === 'ArrowDown') choose(current + 1);
    else if (key === 'ArrowUp') choose(current - 1);
    else if (key === 'Enter') document.getElementById(idOf(current))?.click();
    else return;
    event.preventDefault();
  }

  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="veil fixed inset-0 z-30 bg-[oklch(0.1_0.01_255/0.5)]" />
        <Dialog.Content
          aria-describedby={undefined}
          onCloseAutoFocus={giveFocusBack}
          className="sheet fixed top-[min(12dvh,6rem)] left-1/2 z-40 flex max-h-[min(32rem,76dvh)] w-[min(36rem,calc(100vw-2rem))] -translate-x-1/2 flex-col overflow-hidden rounded-2xl border border-line bg-panel shadow-2xl outline-none [--sheet-from:0_-0.5rem]"
        >
          <Dialog.Title className="sr-only">Jump to</Dialog.Title>
          <div className="relative border-line border-b">
            <Search
              className="pointer-events-none absolute inset-y-0 left-4 my-auto size-5 text-ink-faint"
              aria-hidden="true"
            />
            <input
              type="text"
              role="combobox"
              aria-label="Jump to"
              aria-expanded="true"
              aria-controls={listId}
              aria-activedescendant={idOf(current)}
              aria-autocomplete="list"
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              placeholder={isOperator ? 'A page, policy, client, upstream or route' : 'A page'}
              value={text}
              onChange={({ target }) => {
                setText(target.value);
                setChosen(0);
              }}
              onKeyDown={onKeyDown}
              className="h-13 w-full bg-transparent pr-4 pl-12 outline-none placeholder:text-ink-faint"
            />
          </div>
          <div
            id={listId}
            role="listbox"
            aria-label="Destinations"
            className="overflow-y-auto overscroll-contain p-2"
          >
            {found.map((destination, index) => (
              <Option
                key={destination.href}
                id={idOf(index)}
                destination={destination}
                isCurrent={index === current}
                onPoint={() => setChosen(index)}
                onGo={onClose}
              />
            ))}
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface OptionProps {
  readonly id: string;
  readonly destination: Destination;
  readonly isCurrent: boolean;
  readonly onPoint: () => void;
  readonly onGo: () => void;
}

function Option({ id, destination, isCurrent, onPoint, onGo }: OptionProps) {
  const { href, name, kind } = destination;
  const option = {
    id,
    href,
    role: 'option',
    tabIndex: -1,
    'aria-selected': isCurrent,
    onPointerMove: onPoint,
    // Before a form with unsaved changes gets to ask whether to leave it.
    onClickCapture: onGo,
    className: clsx(
      'flex min-h-11 scroll-my-2 items-center justify-between gap-6 rounded-lg px-3 py-1.5',
      isCurrent ? 'bg-raised text-ink' : 'text-ink-soft',
    ),
    children: (
      <>
        <bdi className="min-w-0 wrap-anywhere">{name}</bdi>
        <span className="shrink-0 text-ink-faint text-sm">{kind}</span>
      </>
    ),
  };
  // Not one of Next's pages.
  if (href === DOCUMENTATION) return <a {...option} />;
  return <Link {...option} prefetch={false} />;
}

function useNames(isOperator: boolean) {
  const path = (known: string) => (isOperator ? known : null);
  const { data: policies } = useAdmin<Collection<Policy>>(path(PATHS.policies));
  const { data: clients } = useAdmin<Collection<Client>>(path(PATHS.clients));
  const { data: upstreams } = useAdmin<Collection<Upstream>>(path('/upstreams'));
  const { data: routes } = useAdmin<Collection<Route>>(path('/routes'));
  return {
    policies: policies?.items,
    clients: clients?.items,
    upstreams: upstreams?.items,
    routes: routes?.items,
  };
}
