import { useSearchParams } from 'next/navigation';
import { useMemo } from 'react';
import { readView, type View, viewAddress } from './view';

/** The view that the address names, and the way to another, which the browser can go back from. */
export function useView() {
  const query = useSearchParams();
  const view = useMemo(() => readView(new URLSearchParams(query)), [query]);
  // Next follows the history; asking the server for the same page again would be for nothing.
  const show = (next: View) => window.history.pushState(null, '', viewAddress(next));
  return { view, show };
}
