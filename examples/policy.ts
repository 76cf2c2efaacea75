import { createLimiter, createMemoryStore } from '../lib/limiter';

const limiter = createLimiter(createMemoryStore(), {
  name: 'hello',
  limits: [{ algorithm: 'sliding-window-log', name: 'hello', quota: 3, windowMs: 10_000 }],
});

/** Seconds for Retry-After when the client is refused: three requests in any ten seconds. */
export async function refusedFor(client = 'unknown'): Promise<string | undefined> {
  const { allowed, retryAfterMs } = await limiter.limit(client);
  return allowed ? undefined : String(Math.ceil(retryAfterMs / 1_000));
}
