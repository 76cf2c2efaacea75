import type { Reply } from '../http';
import type { Refusal } from '../identity';
import type { Limiter } from '../limiter';
import { appendRateLimitHeaders } from './rate-limit-headers';
import { denialOf, type Refused, unauthorized } from './refusal';

/** Answers a request whose credentials hold nothing. */
export type TurnAway = (refusal: Refusal, refused: Refused) => Promise<Reply>;

/** Credentials that hold nothing are 401, and 429 from an address that keeps trying. */
export function createTurnAway(badCredentials: Limiter): TurnAway {
  return async (refusal, refused) => {
    const decision = await badCredentials.limit(refusal.ip);
    if (decision.allowed) return unauthorized(refusal, refused);
    const reply = denialOf([decision], () => refusal.ip, refused);
    appendRateLimitHeaders(reply.headers, [decision]);
    return reply;
  };
}
