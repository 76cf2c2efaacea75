import { type RefObject, useEffect, useEffectEvent, useState, useSyncExternalStore } from 'react';

/** Where rows have room for one line; `xl` of the styles. */
const WIDE = '(min-width: 80rem)';
const ROW_PX = { wide: 40, narrow: 64 } as const;
/** Rows are added and dropped by so many, and as many are kept ready beyond the edges. */
const STEP = 4;

interface RowRange {
  readonly first: number;
  /** Excluded. */
  readonly end: number;
  /** Whether the first row is out of sight. */
  readonly isScrolled: boolean;
}

/** The rows of a list of equally high ones that are to be rendered: those in sight, and some around them. */
export function useRowRange(list: RefObject<HTMLElement | null>, hiddenPx: number) {
  const rowPx = useRowPx();
  const [range, setRange] = useState<RowRange>({ first: 0, end: 6 * STEP, isScrolled: false });

  const measure = useEffectEvent(() => {
    if (list.current === null) return;
    const { top } = list.current.getBoundingClientRect();
    const above = Math.floor(Math.max(0, -top) / rowPx);
    const seen = Math.ceil((innerHeight - Math.max(0, top)) / rowPx);
    const next = {
      first: Math.max(0, stepped(above) - STEP),
      end: stepped(above + Math.max(0, seen)) + 2 * STEP,
      isScrolled: top < hiddenPx,
    };
    setRange((before) => (isSame(before, next) ? before : next));
  });

  useEffect(() => {
    const watching = new AbortController();
    const options = { signal: watching.signal, passive: true };
    addEventListener('scroll', measure, options);
    addEventListener('resize', measure, options);
    measure();
    return () => watching.abort();
  }, []);

  return { ...range, rowPx };
}

function stepped(row: number): number {
  return Math.floor(row / STEP) * STEP;
}

function isSame(a: RowRange, b: RowRange): boolean {
  return a.first === b.first && a.end === b.end && a.isScrolled === b.isScrolled;
}

function useRowPx(): number {
  const isWide = useSyncExternalStore(
    (listener) => {
      const query = matchMedia(WIDE);
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => matchMedia(WIDE).matches,
    () => true,
  );
  return isWide ? ROW_PX.wide : ROW_PX.narrow;
}
