import { useSearchParams } from 'next/navigation';
import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { filterOf, queryOf, type RequestFilter } from './request-filter';

/** How long typing has to rest before it counts, ms. */
const REST_MS = 300;

/** What the page's address says: which requests are wanted, and which one is open. */
export function useRequestAddress() {
  const query = useSearchParams();
  const filter = useMemo(() => filterOf(new URLSearchParams(query)), [query]);
  const opened = query.get('request') ?? undefined;
  const [typed, setTyped] = useState<string>();
  const isOpenedHere = useRef(false);

  const open = useCallback((request: string) => {
    const present = filterOf(new URLSearchParams(location.search));
    isOpenedHere.current = true;
    history.pushState(null, '', address(present, request));
  }, []);

  function change(patch: Partial<RequestFilter>) {
    setTyped(undefined);
    history.pushState(null, '', address({ ...filter, ...patch }, opened));
  }

  const settle = useEffectEvent((search: string) => {
    history.replaceState(null, '', address({ ...filter, search }, opened));
  });
  useEffect(() => {
    if (typed === undefined) return;
    const timer = setTimeout(() => settle(typed), REST_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  // Not before the address has it, or the field would flash what it held before.
  if (typed !== undefined && typed === filter.search) setTyped(undefined);

  return {
    filter,
    opened,
    /** The search as it is typed, which counts a moment later. */
    search: typed ?? filter.search,
    type: setTyped,
    change,
    open,
    close() {
      if (isOpenedHere.current) history.back();
      else history.replaceState(null, '', address(filter, undefined));
      isOpenedHere.current = false;
    },
  };
}

/** Where a page with such a filter, and such a request open, is. */
export function address(filter: RequestFilter, request: string | undefined): string {
  return `/requests${queryOf(filter, request)}`;
}
