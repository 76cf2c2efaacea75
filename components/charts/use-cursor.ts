import { useSyncExternalStore } from 'react';
import type { SharedCursor } from './shared-cursor';

/** What is pointed at, Unix seconds; undefined: nothing. */
export function useCursor(cursor: SharedCursor): number | undefined {
  return useSyncExternalStore(cursor.subscribe, cursor.get, () => undefined);
}
