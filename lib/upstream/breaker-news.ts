import { z } from 'zod';

/** What a replica tells the others of a breaker. */
export type BreakerNews =
  | { readonly upstream: string; readonly kind: 'opened'; readonly forMs: number }
  | { readonly upstream: string; readonly kind: 'tripped' | 'reset' };

const DAY_MS = 86_400_000;
/** Longer messages are none of ours. */
const MOST_CHARACTERS = 1_024;

const base = { from: z.string().max(64), upstream: z.string().min(1).max(64) };
const messageSchema = z.discriminatedUnion('kind', [
  z.object({ ...base, kind: z.literal('opened'), for_ms: z.int().min(1).max(DAY_MS) }),
  z.object({ ...base, kind: z.literal('tripped') }),
  z.object({ ...base, kind: z.literal('reset') }),
]);

/** @param from who tells it */
export function formatNews(news: BreakerNews, from: string): string {
  const { upstream, kind } = news;
  const message = { from, upstream, kind };
  return JSON.stringify(
    news.kind === 'opened' ? { ...message, for_ms: Math.ceil(news.forMs) } : message,
  );
}

/** @returns undefined for what says nothing */
export function parseNews(text: string): { from: string; news: BreakerNews } | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  const message = messageSchema.safeParse(jsonIn(text)).data;
  if (message === undefined) return undefined;
  const { from, upstream, kind } = message;
  return {
    from,
    news: kind === 'opened' ? { upstream, kind, forMs: message.for_ms } : { upstream, kind },
  };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
