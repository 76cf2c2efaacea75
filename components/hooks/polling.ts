import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let isPaused = false;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Stops the page's polls, or lets them go on. */
export function togglePolling(): void {
  isPaused = !isPaused;
  for (const listener of listeners) listener();
}

/** Whether a person has stopped the polls. */
export function isPollingPaused(): boolean {
  return isPaused;
}

/** The same for components, which it renders again when that changes. */
export function usePaused(): boolean {
  return useSyncExternalStore(subscribe, isPollingPaused, () => false);
}
