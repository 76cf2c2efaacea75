import type { LiveTarget } from './live-target';
import type { Attempt } from './port';

/** Who gave an attempt, and wants to know what became of it. */
export interface AttemptOwner {
  /** What became of its wish to be upgraded. Told before `settled`, at most once. */
  upgradeAnswered(attempt: OpenAttempt, isUpgraded: boolean): void;
  /** @returns now, monotonic ms */
  sent(attempt: OpenAttempt): number;
  /** The head came, or it is certain that none will. Told at most once. */
  settled(attempt: OpenAttempt, isFailure: boolean): void;
  targetFailed(attempt: OpenAttempt): void;
  targetSucceeded(attempt: OpenAttempt): void;
  ended(attempt: OpenAttempt, isSettled: boolean): void;
}

const SWITCHING_PROTOCOLS = 101;
const SERVER_ERROR = 500;

/** One for each attempt of each request: a class, for its methods are then made once. */
export class OpenAttempt implements Attempt {
  /** Since when its answer is waited for, monotonic. */
  waitingSinceMs: number;
  /** Wishes to be upgraded; once that was answered, whether it is. */
  isUpgrade: boolean;
  isUpgraded = false;
  private isSettled = false;
  private hasFailed = false;
  private hasEnded = false;

  /**
   * @param pass the breaker's
   * @param startedAtMs monotonic
   */
  constructor(
    private readonly owner: AttemptOwner,
    readonly target: LiveTarget,
    isUpgrade: boolean,
    readonly pass: number,
    readonly startedAtMs: number,
  ) {
    this.isUpgrade = isUpgrade;
    this.waitingSinceMs = startedAtMs;
  }

  sent(): void {
    if (!this.hasEnded && !this.isSettled) this.waitingSinceMs = this.owner.sent(this);
  }

  answered(status: number): void {
    if (this.hasEnded || this.isSettled) return;
    if (this.isUpgrade) this.answerUpgrade(status === SWITCHING_PROTOCOLS);
    const isFailure = status >= SERVER_ERROR;
    this.settle(isFailure);
    if (isFailure) this.fail();
    // It may stay open for days; others went well when they have ended well.
    else if (this.isUpgraded) this.owner.targetSucceeded(this);
  }

  failed(): void {
    if (this.hasEnded || this.hasFailed) return;
    if (!this.isSettled) this.settle(true);
    this.fail();
  }

  release(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    if (this.isSettled && !this.hasFailed && !this.isUpgraded) this.owner.targetSucceeded(this);
    this.owner.ended(this, this.isSettled);
  }

  private answerUpgrade(isUpgraded: boolean): void {
    this.isUpgrade = isUpgraded;
    this.isUpgraded = isUpgraded;
    this.owner.upgradeAnswered(this, isUpgraded);
  }

  private settle(isFailure: boolean): void {
    this.isSettled = true;
    this.owner.settled(this, isFailure);
  }

  private fail(): void {
    this.hasFailed = true;
    this.owner.targetFailed(this);
  }
}
