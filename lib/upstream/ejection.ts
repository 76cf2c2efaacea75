import type { Upstream } from '../policy';

export type EjectionSettings = Upstream['ejection'];

/** What ejection knows of a target. Times are monotonic ms. */
export interface Ejectable {
  readonly weight: number;
  /** Found so by active checks. */
  readonly isUnhealthy: boolean;
  failuresInARow: number;
  /** How often it was ejected with no success in between. */
  ejectionsInARow: number;
  /** Out until then. What began before it says nothing of the target any more. */
  ejectedUntilMs: number;
}

const MOST_DOUBLINGS = 3;

/** Notes that a request which began at `startedAtMs` went well. */
export function noteSuccess(target: Ejectable, startedAtMs: number): void {
  if (startedAtMs < target.ejectedUntilMs) return;
  target.failuresInARow = 0;
  target.ejectionsInARow = 0;
}

/**
 * Notes that a request which began at `startedAtMs` failed, and ejects the target when it was one too
 * many and enough others are left.
 * @param all the targets of the upstream
 * @returns for how long it is out from now on, ms; 0 when it was not ejected by this
 */
export function noteFailure(
  target: Ejectable,
  all: readonly Ejectable[],
  settings: EjectionSettings,
  startedAtMs: number,
  nowMs: number,
): number {
  if (startedAtMs < target.ejectedUntilMs) return 0;
  target.failuresInARow += 1;
  if (settings.after_failures === 0 || target.failuresInARow < settings.after_failures) return 0;
  if (target.isUnhealthy || !mayLose(all, settings.most_percent, nowMs)) return 0;
  const forMs = settings.for_ms * 2 ** Math.min(target.ejectionsInARow, MOST_DOUBLINGS);
  target.failuresInARow = 0;
  target.ejectionsInARow += 1;
  target.ejectedUntilMs = nowMs + forMs;
  return forMs;
}

/** Whether one more may be out: at most the share, and never the last. */
function mayLose(all: readonly Ejectable[], mostPercent: number, nowMs: number): boolean {
  let serving = 0;
  let out = 0;
  for (const { weight, isUnhealthy, ejectedUntilMs } of all) {
    if (weight === 0) continue;
    serving += 1;
    if (isUnhealthy || ejectedUntilMs > nowMs) out += 1;
  }
  return out + 1 <= Math.min(serving - 1, Math.floor((serving * mostPercent) / 100));
}

/**
 * The targets that may be used. Where nothing but ejected ones is left they are used after all: some
 * of what they are asked may go well, and of what is refused nothing does.
 */
export function usableOf<T extends Ejectable>(targets: readonly T[], nowMs: number): T[] {
  const healthy = targets.filter(({ weight, isUnhealthy }) => weight > 0 && !isUnhealthy);
  const usable = healthy.filter(({ ejectedUntilMs }) => ejectedUntilMs <= nowMs);
  return usable.length > 0 ? usable : healthy;
}
