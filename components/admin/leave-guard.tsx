'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useEffectEvent, useState } from 'react';
import { Confirm } from '@/components/ui/confirm';

interface Departure {
  readonly go: () => void;
}

/**
 * Asks before a page with unsaved changes is left: by a link of this site, by closing or reloading
 * it, and by going back where the browser lets a page hold that up.
 */
export function LeaveGuard({ isDirty }: { isDirty: boolean }) {
  const router = useRouter();
  const [departure, setDeparture] = useState<Departure>();
  const [leaving, setLeaving] = useState<Departure>();

  const onClick = useEffectEvent((event: MouseEvent) => {
    const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey);
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
    if (!isPlain || !(link instanceof HTMLAnchorElement) || link.target !== '') return;
    if (link.origin !== location.origin || link.pathname === location.pathname) return;
    event.preventDefault();
    event.stopPropagation();
    const { pathname, search } = link;
    setDeparture({ go: () => router.push(`${pathname}${search}`) });
  });

  const onNavigate = useEffectEvent((event: NavigateEvent) => {
    if (event.navigationType !== 'traverse' || !event.cancelable) return;
    event.preventDefault();
    const { key } = event.destination;
    setDeparture({ go: () => void navigation.traverseTo(key) });
  });

  const isGuarding = isDirty && leaving === undefined;
  useEffect(() => {
    if (!isGuarding) return;
    const guard = new AbortController();
    const { signal } = guard;
    addEventListener('beforeunload', (event) => event.preventDefault(), { signal });
    // Before the link itself learns of it.
    document.addEventListener('click', onClick, { capture: true, signal });
    // Not every browser has it.
    if ('navigation' in window) navigation.addEventListener('navigate', onNavigate, { signal });
    return () => guard.abort();
  }, [isGuarding]);

  // Only once nothing is guarded any more.
  useEffect(() => leaving?.go(), [leaving]);

  if (departure === undefined) return null;
  return (
    <Confirm
      title="Leave without saving?"
      action="Leave"
      refusal="Stay"
      isDanger
      onConfirm={() => setLeaving(departure)}
      onClose={() => setDeparture(undefined)}
    >
      <p>What you changed here is not saved and would be lost.</p>
    </Confirm>
  );
}
