import { randomUUID } from 'node:crypto';
import { createRedisLink } from '../limiter';
import { type BreakerNews, formatNews, parseNews } from './breaker-news';

/** Tells other replicas of breakers, and hears of theirs. Never throws and never makes anybody wait. */
export interface BreakerSharing {
  publish(news: BreakerNews): void;
  /** Told of what others publish; of trips also when it missed them, as before it started. */
  listen(listener: (news: BreakerNews) => void): void;
  close(): Promise<void>;
}

export interface RedisBreakerSharingOptions {
  /** As the store's. */
  readonly url: string;
  /** Longest wait for Redis, ms; nobody waits with it. */
  readonly timeoutMs?: number;
  /** How often the trips are read again, lest one was missed without a sign, ms. */
  readonly rereadMs?: number;
}

const CHANNEL = 'floodgate:breakers';
/** A hash from an upstream's name to when it was tripped. */
const TRIPPED = 'floodgate:breakers:tripped';
/** A field beside them, which no upstream can be called: without it Redis has lost them all. */
const KEPT = '_kept';
/** Further trips are not heard of. */
const MOST_TRIPPED = 10_000;

/**
 * Over one channel, and one hash in which a trip outlives whoever made it. News that a breaker
 * opened is a hint for now: it is lost while Redis is away. A trip or a reset is written when it is
 * back, the last word on each upstream.
 * @throws RedisUrlError
 */
export function createRedisBreakerSharing(options: RedisBreakerSharingOptions): BreakerSharing {
  const { url, timeoutMs = 1_000, rereadMs = 30_000 } = options;
  const link = createRedisLink({ url, timeoutMs, probeKey: TRIPPED });
  const self = randomUUID();
  const listeners: ((news: BreakerNews) => void)[] = [];
  /** What the listeners know to be tripped. */
  const tripped = new Set<string>();
  /** The last words that Redis has not been told. */
  const unwritten = new Map<string, BreakerNews>();
  /** Changed since the reading under way began: what it finds of them may be old. */
  const changed = new Set<string>();
  let writing: Promise<void> | undefined;
  let isReading = false;
  let isToReadAgain = false;
  let isClosed = false;

  const timer = setInterval(() => void catchUp(), rereadMs);
  timer.unref();

  function tell(news: BreakerNews): void {
    for (const listener of listeners) listener(news);
  }

  function remember({ upstream, kind }: BreakerNews): void {
    if (kind === 'opened') return;
    changed.add(upstream);
    if (kind === 'reset') tripped.delete(upstream);
    else if (tripped.size < MOST_TRIPPED) tripped.add(upstream);
  }

  function hear(text: string): void {
    const message = parseNews(text);
    if (message === undefined || message.from === self) return;
    const { news } = message;
    remember(news);
    // Whoever spoke last is right, and that was not this replica.
    if (news.kind !== 'opened') unwritten.delete(news.upstream);
    tell(news);
  }

  function send(news: BreakerNews): Promise<unknown> {
    const channel = link.channelNamed(CHANNEL);
    return link.ask(channel, (client) => client.publish(channel, formatNews(news, self)));
  }

  async function writeAll(): Promise<void> {
    for (;;) {
      const [next] = unwritten.values();
      if (next === undefined) return;
      const { upstream, kind } = next;
      await link.ask(TRIPPED, (client) =>
        kind === 'reset'
          ? client.hdel(TRIPPED, upstream)
          : client.hset(TRIPPED, { [upstream]: trippedNow(), [KEPT]: '' }),
      );
      if (unwritten.get(upstream) === next) unwritten.delete(upstream);
      await send(next);
    }
  }

  function write(): Promise<void> {
    writing ??= writeAll()
      .catch(() => undefined)
      .finally(() => {
        writing = undefined;
      });
    return writing;
  }

  async function readAll(): Promise<void> {
    changed.clear();
    const names = await link.ask(TRIPPED, (client) => client.hkeys(TRIPPED));
    const found = new Set(names.slice(0, MOST_TRIPPED));
    if (!found.delete(KEPT)) {
      for (const upstream of tripped) {
        found.add(upstream);
        unwritten.set(upstream, { upstream, kind: 'tripped' });
      }
      void write();
    }
    for (const upstream of new Set([...found, ...tripped])) {
      if (changed.has(upstream) || unwritten.has(upstream)) continue;
      if (found.has(upstream) === tripped.has(upstream)) continue;
      const news = { upstream, kind: found.has(upstream) ? 'tripped' : 'reset' } as const;
      remember(news);
      tell(news);
    }
  }

  /** What could not be said goes out, what may have been missed comes in. */
  async function catchUp(): Promise<void> {
    if (isReading) {
      isToReadAgain = true;
      return;
    }
    isReading = true;
    do {
      isToReadAgain = false;
      // Redis is away; it is tried again when it is back, or in a while.
      await write()
        .then(readAll)
        .catch(() => undefined);
    } while (isToReadAgain && !isClosed);
    isReading = false;
  }

  return {
    publish(news) {
      remember(news);
      if (news.kind === 'opened') {
        send(news).catch(() => undefined);
        return;
      }
      if (unwritten.size < MOST_TRIPPED) unwritten.set(news.upstream, news);
      void write();
    },
    listen(listener) {
      listeners.push(listener);
      if (listeners.length === 1) {
        link.subscribe({ channel: CHANNEL, onMessage: hear, onGap: () => void catchUp() });
        return;
      }
      for (const upstream of tripped) listener({ upstream, kind: 'tripped' });
    },
    async close() {
      isClosed = true;
      clearInterval(timer);
      link.close();
    },
  };
}

function trippedNow(): string {
  return JSON.stringify({ tripped_at: new Date().toISOString() });
}
