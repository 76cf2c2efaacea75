import type { Observer, RepositoryHealth } from './repository';

/** A repository's health, told to its observer when it changes; one outage is one piece of news. */
export interface HealthReport {
  present(): RepositoryHealth;
  set(status: RepositoryHealth['status'], faults?: readonly string[]): void;
}

export function createHealthReport(
  kind: RepositoryHealth['kind'],
  observer: () => Observer | undefined,
): HealthReport {
  let health: RepositoryHealth = { kind, status: 'ok', sinceMs: Date.now(), faults: [] };
  return {
    present: () => health,
    set(status, faults = []) {
      const isSameStatus = status === health.status;
      if (isSameStatus && faults.join('\n') === health.faults.join('\n')) return;
      const sinceMs = isSameStatus ? health.sinceMs : Date.now();
      health = { kind, status, sinceMs, faults };
      if (!isSameStatus || status === 'invalid') observer()?.onHealth(health);
    },
  };
}
