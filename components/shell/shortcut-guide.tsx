'use client';

import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useShortcuts } from '@/components/hooks/use-shortcuts';

const ShortcutHelp = dynamic(() => import('./shortcut-help').then((part) => part.ShortcutHelp), {
  ssr: false,
});

/** Lists the page's keys when `?` is pressed. */
export function ShortcutGuide() {
  const [isOpen, setOpen] = useState(false);
  useShortcuts({ '?': () => setOpen(true) });
  return isOpen && <ShortcutHelp onClose={() => setOpen(false)} />;
}
