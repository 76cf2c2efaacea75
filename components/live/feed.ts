import type { LiveDecision } from '@/lib/telemetry';

/** The first event of every connection. */
export interface LiveHello {
  /** RFC 3339. */
  readonly server_time: string;
  readonly replica: string;
  /** Those of that replica, this one included. */
  readonly viewers: number;
  /** Whether identities, paths and request ids are told. */
  readonly is_admin: boolean;
}

/** One second of everybody's traffic; latencies are null where there was none. */
export interface LiveSecond {
  /** Unix seconds. */
  readonly at: number;
  readonly allowed: number;
  readonly denied: number;
  readonly errors: number;
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
  readonly p99_ms: number | null;
}

export interface LiveFilter {
  readonly route?: string | undefined;
  readonly policy?: string | undefined;
  readonly replica?: string | undefined;
}

export type LiveStream = 'seconds' | 'decisions';

export interface FeedHandlers {
  readonly onHello?: ((hello: LiveHello) => void) | undefined;
  /** Every second, those without requests too; after a gap those that were missed, in order. */
  readonly onSecond?: ((second: LiveSecond) => void) | undefined;
  /** Several times a second while there are any, newest last. */
  readonly onDecisions?: ((items: readonly LiveDecision[]) => void) | undefined;
}

interface FeedWatcher extends FeedHandlers {
  readonly onOpen: () => void;
  readonly onLost: () => void;
  /** A connection was made anew, and does not tell what came between. */
  readonly onGap: () => void;
}

/** A feed that tells seconds and has told none for so long hangs, ms. */
const SILENCE_MS = 10_000;
/** Time before a feed that was refused, or hangs, is asked for again, ms; and what chance adds. */
const RETRY_MS = 5_000;
const RETRY_SPREAD_MS = 3_000;

/** @param stream both unless given */
export function feedAddress(stream: LiveStream | undefined, filter: LiveFilter): string {
  const query = new URLSearchParams();
  if (stream !== undefined) query.set('stream', stream);
  for (const name of ['route', 'policy', 'replica'] as const) {
    const value = filter[name];
    if (value !== undefined) query.set(name, value);
  }
  return query.size === 0 ? '/api/v1/live' : `/api/v1/live?${query}`;
}

/**
 * Listens to the live feed until it is closed. A connection that breaks is made again by the browser,
 * which asks for what it missed; one that was refused, or is silent, is made anew after a while.
 */
export function openFeed(address: string, watcher: FeedWatcher): { close(): void } {
  const tellsSeconds = !address.includes('stream=decisions');
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAnew = false;

  function connect(): void {
    source = new EventSource(address);
    source.addEventListener('open', () => {
      watcher.onOpen();
      if (isAnew) watcher.onGap();
      isAnew = false;
      expectMore();
    });
    source.addEventListener('error', () => {
      watcher.onLost();
      clearTimeout(timer);
      if (source.readyState === EventSource.CLOSED) reconnect();
    });
    listen('hello', watcher.onHello);
    listen('second', watcher.onSecond);
    listen('decisions', ({ items }: { items: readonly LiveDecision[] }) =>
      watcher.onDecisions?.(items),
    );
  }

  function listen<T>(name: string, handler: ((data: T) => void) | undefined): void {
    source.addEventListener(name, ({ data }: MessageEvent<string>) => {
      expectMore();
      handler?.(JSON.parse(data) as T);
    });
  }

  function expectMore(): void {
    if (!tellsSeconds) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      watcher.onLost();
      reconnect();
    }, SILENCE_MS);
  }

  function reconnect(): void {
    source.close();
    isAnew = true;
    clearTimeout(timer);
    timer = setTimeout(connect, RETRY_MS + Math.random() * RETRY_SPREAD_MS);
  }

  connect();
  return {
    close() {
      clearTimeout(timer);
      source.close();
    },
  };
}
