/** The moment that is pointed at, for all charts of a page. */
export interface SharedCursor {
  /** Unix seconds; undefined while nothing is pointed at. */
  get(): number | undefined;
  set(at: number | undefined): void;
  subscribe(listener: () => void): () => void;
}

export function createSharedCursor(): SharedCursor {
  const listeners = new Set<() => void>();
  let at: number | undefined;
  return {
    get: () => at,
    set(next) {
      if (next === at) return;
      at = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
