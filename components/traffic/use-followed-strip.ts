import { useLayoutEffect, useRef } from 'react';
import type { PlacedWindow } from './places';

/**
 * Keeps the newest window in view, unless someone has scrolled back.
 * @returns what the element that scrolls is given
 */
export function useFollowedStrip(windows: readonly PlacedWindow[]) {
  const ref = useRef<HTMLDivElement>(null);
  const knownWidth = useRef(0);
  // Where it stands says nothing while it still scrolls to an end, which may have moved on meanwhile.
  const isFollowed = useRef(true);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null || windows.length === 0) return;
    const { scrollWidth, clientWidth, scrollLeft } = element;
    const grew = scrollWidth - knownWidth.current;
    const isAtEnd = scrollLeft + clientWidth >= knownWidth.current - clientWidth / 2;
    knownWidth.current = scrollWidth;
    isFollowed.current ||= isAtEnd;
    if (grew <= 0 || !isFollowed.current) return;
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    element.scrollTo({ left: scrollWidth, behavior: isCalm ? 'instant' : 'smooth' });
  }, [windows]);

  function release(): void {
    isFollowed.current = false;
  }
  return {
    ref,
    onWheelCapture: release,
    onTouchMoveCapture: release,
    onPointerDownCapture: release,
    onKeyDownCapture: release,
  };
}
