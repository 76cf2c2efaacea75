import { useEffect, useEffectEvent } from 'react';

const TYPING = 'input:not([type="radio"]), textarea, select, [contenteditable]';
const OWN_ENTER = 'a, button, summary';
const DIALOG = '[role="dialog"], [role="alertdialog"]';

export type Shortcuts = Readonly<Record<string, () => void>>;

/**
 * Calls a function per key (as `KeyboardEvent.key`, letters in lower case). Keys are left alone while
 * someone types, holds a modifier or has a dialog open; a held key counts once. Enter on a control is
 * that control's.
 */
export function useShortcuts(shortcuts: Shortcuts): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.repeat) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.closest(TYPING) !== null || document.querySelector(DIALOG) !== null) return;
    if (event.key === 'Enter' && target.closest(OWN_ENTER) !== null) return;
    const action = shortcuts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
  useEffect(() => {
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}
