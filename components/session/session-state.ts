import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let isEnded = false;

function set(ended: boolean): void {
  if (isEnded === ended) return;
  isEnded = ended;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The server no longer knows this session: it expired, or the admin token has changed. */
export function endSession(): void {
  set(true);
}

/** Somebody signed in again. */
export function renewSession(): void {
  set(false);
}

/** Whether the session ended while the page was open. */
export function useSessionEnded(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => isEnded,
    () => false,
  );
}
