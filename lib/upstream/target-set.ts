import type { Upstream } from '../policy';
import { noteFailure, noteSuccess, usableOf } from './ejection';
import type { TargetEvent } from './event';
import { LiveTarget } from './live-target';
import type { Target } from './port';
import type { Resolver } from './resolver';

/** The targets of one upstream, and which of them may be used. */
export interface TargetSet {
  readonly targets: readonly LiveTarget[];
  /** Takes over what another definition says. */
  follow(definition: Upstream, nowMs: number): void;
  /**
   * Those that a request may go to: healthy, not ejected, with a place left, and not tried where others
   * are left. Empty while all are full, or none is usable.
   */
  choices(tried: readonly Target[], nowMs: number): readonly LiveTarget[];
  /** Whether one is healthy, whether or not it has a place left. */
  hasUsable(): boolean;
  take(target: LiveTarget): void;
  /** A request has left the pool with its connection. */
  upgrade(target: LiveTarget): void;
  give(target: LiveTarget, isUpgraded: boolean): void;
  succeeded(target: LiveTarget, startedAtMs: number): void;
  failed(target: LiveTarget, startedAtMs: number, nowMs: number): void;
  /** Ends every ejection. */
  readmit(nowMs: number): void;
  /** Takes no request from now on; connections end with their requests. */
  retire(): void;
  /** Whether nothing is left of it after it was retired. */
  isGone(): boolean;
  /**
   * Resolves when all connections have ended.
   * @param longestMs requests still in flight after that are broken off
   */
  close(longestMs: number): Promise<void>;
}

export interface TargetSetOptions {
  readonly resolver: Resolver;
  readonly onEvent: (event: TargetEvent) => void;
  readonly now: () => number;
}

/** Nothing is made for a request while all targets are usable and none is full. */
export function createTargetSet(first: Upstream, options: TargetSetOptions): TargetSet {
  const { resolver, onEvent, now } = options;
  let definition = first;
  let targets: readonly LiveTarget[] = [];
  const retired = new Set<LiveTarget>();
  /** Kept until a target comes or goes. */
  let usable: readonly LiveTarget[] = [];
  /** When the next ejection ends, and `usable` with it. */
  let usableUntilMs = Number.POSITIVE_INFINITY;
  let mostConnections = 0;
  /** How many targets have that many. */
  let full = 0;

  function follow(next: Upstream, nowMs: number): void {
    const before = definition;
    const left = new Set(targets);
    definition = next;
    targets = next.targets.map(({ url, weight }) => {
      const known = targets.find((target) => target.url === url && left.delete(target));
      const target = known ?? new LiveTarget(url, next, resolver, healthTurned);
      target.weight = weight;
      known?.follow(before, next);
      return target;
    });
    for (const target of left) letGo(target);
    const { per_target, queued } = next.connections;
    mostConnections = per_target + queued;
    full = targets.filter(({ connections }) => connections >= mostConnections).length;
    refresh(nowMs);
  }

  function letGo(target: LiveTarget): void {
    target.retire();
    retired.add(target);
    forget(target);
  }

  function forget(target: LiveTarget): void {
    if (target.inFlight > 0) return;
    void target.close().then(() => retired.delete(target));
  }

  function refresh(nowMs: number): void {
    usable = usableOf(targets, nowMs);
    usableUntilMs = Number.POSITIVE_INFINITY;
    for (const target of targets) {
      if (target.ejectedUntilMs > nowMs) {
        usableUntilMs = Math.min(usableUntilMs, target.ejectedUntilMs);
      } else if (target.isEjected) {
        target.isEjected = false;
        tell(target, 'returned');
      }
    }
  }

  function healthTurned(target: LiveTarget): void {
    refresh(now());
    tell(target, target.isUnhealthy ? 'unhealthy' : 'healthy');
  }

  function tell({ url, fault }: LiveTarget, state: TargetEvent['state'], forMs?: number): void {
    const { name: upstream } = definition;
    onEvent({ kind: 'target', upstream, url, state, forMs, fault });
  }

  function leavePlace({ isRetired, connections }: LiveTarget): void {
    if (!isRetired && connections === mostConnections) full -= 1;
  }

  const hasPlace = ({ connections }: LiveTarget) => connections < mostConnections;

  follow(first, now());

  return {
    get targets() {
      return targets;
    },
    follow,
    choices(tried, nowMs) {
      if (nowMs >= usableUntilMs) refresh(nowMs);
      if (full === 0 && tried.length === 0) return usable;
      const open = usable.filter(hasPlace);
      const untried = open.filter((target) => !tried.includes(target));
      return untried.length > 0 ? untried : open;
    },
    hasUsable: () => usable.length > 0,
    take(target) {
      target.requests += 1;
      target.inFlight += 1;
      if (target.connections === mostConnections) full += 1;
    },
    upgrade(target) {
      leavePlace(target);
      target.upgraded += 1;
    },
    give(target, isUpgraded) {
      if (isUpgraded) target.upgraded -= 1;
      else leavePlace(target);
      target.inFlight -= 1;
      if (target.isRetired) forget(target);
    },
    succeeded: noteSuccess,
    failed(target, startedAtMs, nowMs) {
      target.failures += 1;
      if (target.isRetired) return;
      const forMs = noteFailure(target, targets, definition.ejection, startedAtMs, nowMs);
      if (forMs === 0) return;
      target.isEjected = true;
      refresh(nowMs);
      tell(target, 'ejected', forMs);
    },
    readmit(nowMs) {
      for (const target of targets) {
        target.failuresInARow = 0;
        target.ejectionsInARow = 0;
        // What began while it was out says nothing of it.
        target.ejectedUntilMs = Math.min(target.ejectedUntilMs, nowMs);
      }
      refresh(nowMs);
    },
    retire() {
      for (const target of targets) letGo(target);
      targets = [];
      refresh(now());
    },
    isGone: () => targets.length === 0 && retired.size === 0,
    async close(longestMs) {
      await Promise.all([...targets, ...retired].map((target) => target.close(longestMs)));
    },
  };
}
