import { type KeyboardEvent, type RefObject, useState } from 'react';
import type { Line } from './lines';

interface Place {
  readonly list: RefObject<HTMLElement | null>;
  readonly rowPx: number;
  /** Height of what covers the top of the page. */
  readonly barPx: number;
}

interface Current {
  readonly key: string;
  /** Whether the focus is on its way there: it may have to be rendered first. */
  readonly wantsFocus: boolean;
}

/** The line that keys lead on from, and the way to the next. */
export function useLineFocus(lines: readonly Line[], { list, rowPx, barPx }: Place) {
  const [current, setCurrent] = useState<Current>();

  function move(by: 1 | -1) {
    let index = lines.findIndex(({ key }) => key === current?.key);
    index = index === -1 && by === -1 ? 0 : index + by;
    if (lines[index]?.kind === 'note') index += by;
    const line = lines[index];
    if (line === undefined) return;
    reveal(index);
    setCurrent({ key: line.key, wantsFocus: true });
  }

  function reveal(index: number) {
    const top = (list.current?.getBoundingClientRect().top ?? 0) + index * rowPx;
    if (top < barPx) scrollBy({ top: top - barPx });
    else if (top + rowPx > innerHeight) scrollBy({ top: top + rowPx - innerHeight });
  }

  return {
    current,
    move,
    onFocused: () => setCurrent((before) => before && { ...before, wantsFocus: false }),
    onKeyDown(event: KeyboardEvent) {
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
      event.preventDefault();
      move(event.key === 'ArrowDown' ? 1 : -1);
    },
  };
}
