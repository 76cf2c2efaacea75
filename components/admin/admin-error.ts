import type { Fault, VersionRecord } from './resources';

/** Somebody else changed what was to be saved. */
export interface Conflict {
  /** The version in force now. */
  readonly version: number;
  /** The entity as it is now; null: removed. */
  readonly current: unknown;
  /** The versions since then that touched it, oldest first. */
  readonly changes: readonly VersionRecord[];
}

interface Details {
  readonly status: number;
  readonly faults: readonly Fault[];
  readonly conflict: Conflict | undefined;
  readonly retryAfterSeconds: number | undefined;
}

/** The admin API did not do what was asked; the message says why, for people. */
export class AdminError extends Error {
  override readonly name = 'AdminError';
  /** 0: no answer came. */
  readonly status: number;
  readonly faults: readonly Fault[];
  readonly conflict: Conflict | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, details: Partial<Details> = {}) {
    super(message);
    this.status = details.status ?? 0;
    this.faults = details.faults ?? [];
    this.conflict = details.conflict;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

type Problem = Readonly<Record<string, unknown>>;

/** The error that a problem document tells of. */
export function errorOf(status: number, problem: Problem, retryAfter: string | null): AdminError {
  const { detail, title, errors, version, current = null, changes } = problem;
  const faults = Array.isArray(errors) ? (errors as readonly Fault[]) : [];
  const waitSeconds = Number(retryAfter ?? Number.NaN);
  const isConflict = status === 409 && typeof version === 'number' && Array.isArray(changes);
  return new AdminError(firstText(detail, title) ?? `The server answered ${status}.`, {
    status,
    faults,
    conflict: isConflict ? { version, current, changes } : undefined,
    retryAfterSeconds: Number.isFinite(waitSeconds) ? waitSeconds : undefined,
  });
}

function firstText(...candidates: readonly unknown[]): string | undefined {
  return candidates.find((text): text is string => typeof text === 'string' && text !== '');
}

/** What to tell of any failure. */
export function messageOf(error: unknown): string {
  if (error instanceof AdminError && error.status === 503) {
    return `${error.message} Nothing was changed.`;
  }
  return error instanceof Error ? error.message : String(error);
}
