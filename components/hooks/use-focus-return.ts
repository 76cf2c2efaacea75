import { type RefObject, useState } from 'react';

/**
 * Where a dialog's focus goes when it closes: to what had it before or, where that is gone or
 * disabled, to `fallback`. For `onCloseAutoFocus` of dialogs without a trigger of their own.
 */
export function useFocusReturn(fallback?: RefObject<HTMLElement | null>) {
  const [opener] = useState(() => document.activeElement);
  return (event: Event) => {
    event.preventDefault();
    if (opener instanceof HTMLElement && opener !== document.body && takesFocus(opener)) {
      opener.focus();
    } else {
      fallback?.current?.focus();
    }
  };
}

function takesFocus(element: HTMLElement): boolean {
  return element.isConnected && !element.matches(':disabled');
}
