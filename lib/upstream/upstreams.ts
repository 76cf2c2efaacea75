import type { BreakerNews } from './breaker-news';
import type { UpstreamEvent } from './event';
import { type AttemptListener, createLiveUpstream, type OwnedUpstream } from './live-upstream';
import type { Upstreams } from './port';
import { createResolver, type Resolver } from './resolver';
import type { BreakerSharing } from './sharing';

export interface UpstreamsOptions {
  /** Between replicas; closed with the upstreams. None: this process is alone. */
  readonly sharing?: BreakerSharing | undefined;
  /** Follows the names of targets; closed with the upstreams. */
  readonly resolver?: Resolver;
  /** Told as it happens, on the way of a request: must be quick and must not throw. */
  readonly onChange?: (event: UpstreamEvent) => void;
  /** Likewise. */
  readonly onAttempt?: AttemptListener;
  /** Monotonic ms. */
  readonly now?: () => number;
}

/** Names that were tripped by people; far more than anybody has upstreams. */
const MOST_TRIPPED = 10_000;
/** Longest wait for requests in flight at the end, ms. */
const LONGEST_CLOSE_MS = 60_000;

/** No upstreams yet: `follow` names them. */
export function createUpstreams(options: UpstreamsOptions = {}): Upstreams {
  const { sharing, onChange, onAttempt, now = () => performance.now() } = options;
  const { resolver = createResolver() } = options;
  let live = new Map<string, OwnedUpstream>();
  /** No longer named, with requests in flight when last looked at. */
  let leaving: readonly OwnedUpstream[] = [];
  /** Kept apart from the upstreams: news may come before the upstream does. */
  const tripped = new Set<string>();
  let isClosed = false;

  function onEvent(event: UpstreamEvent): void {
    // What a hint opened is told to nobody: two replicas would keep each other open.
    if (event.kind === 'breaker' && event.forMs !== undefined && event.cause !== 'hint') {
      sharing?.publish({ upstream: event.upstream, kind: 'opened', forMs: event.forMs });
    }
    onChange?.(event);
  }

  function hear(news: BreakerNews): void {
    if (isClosed) return;
    if (news.kind === 'opened') live.get(news.upstream)?.hint(news.forMs);
    else if (news.kind === 'tripped') putTripped(news.upstream);
    else putReset(news.upstream);
  }

  function putTripped(name: string): void {
    if (tripped.size < MOST_TRIPPED) tripped.add(name);
    live.get(name)?.trip();
  }

  function putReset(name: string): void {
    tripped.delete(name);
    live.get(name)?.reset();
  }

  function endTrip(name: string): void {
    putReset(name);
    sharing?.publish({ upstream: name, kind: 'reset' });
  }

  function open(definition: OwnedUpstream['definition']): OwnedUpstream {
    const upstream = createLiveUpstream(definition, { resolver, onEvent, onAttempt, now });
    if (tripped.has(definition.name)) upstream.trip();
    return upstream;
  }

  function putInPlace(next: Map<string, OwnedUpstream>): void {
    const gone = [...live.values()].filter((upstream) => !next.has(upstream.definition.name));
    for (const upstream of gone) upstream.retire();
    leaving = [...leaving, ...gone].filter((upstream) => !upstream.isGone());
    live = next;
  }

  sharing?.listen(hear);

  return {
    find: (name) => live.get(name),
    follow(definitions) {
      if (isClosed) return;
      const next = new Map<string, OwnedUpstream>();
      for (const definition of definitions) {
        const upstream = live.get(definition.name) ?? open(definition);
        if (upstream.definition !== definition) upstream.follow(definition);
        next.set(definition.name, upstream);
      }
      // Nobody could reset it any more, and another one of its name would begin tripped.
      for (const name of live.keys()) if (tripped.has(name) && !next.has(name)) endTrip(name);
      putInPlace(next);
    },
    status: () => [...live.values()].map((upstream) => upstream.status()),
    trip(name) {
      if (!live.has(name)) return false;
      putTripped(name);
      sharing?.publish({ upstream: name, kind: 'tripped' });
      return true;
    },
    reset(name) {
      if (!live.has(name)) return false;
      endTrip(name);
      return true;
    },
    async close() {
      isClosed = true;
      putInPlace(new Map());
      await Promise.all(leaving.map((upstream) => upstream.close(LONGEST_CLOSE_MS)));
      resolver.close();
      await sharing?.close();
    },
  };
}
