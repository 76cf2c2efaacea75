import { appendRateLimitHeaders, denialOf, type Exchange, RefusedError } from '../gateway';
import type { Call, Reply } from '../http';
import type { ClientAddressReader } from '../identity';
import type { Decision, Limiter } from '../limiter';
import { authorOf } from './author';
import { isForgeable } from './cross-site';
import type { AdminSession, AdminSessions } from './session';

/** Who changes things. */
export interface Admin {
  readonly author: string;
  /** Undefined for somebody who shows the token itself. */
  readonly session: AdminSession | undefined;
}

export interface AdminAccessOptions {
  readonly sessions: AdminSessions;
  /** Holds those who try tokens, by address. */
  readonly loginLimiter: Limiter;
  readonly clientIp: ClientAddressReader;
}

export interface AdminAccess {
  /** Who asks, or the answer that turns them away. @throws RefusedError 401 or 403 */
  enter(exchange: Exchange): Promise<Admin | Reply>;
  /**
   * Holds a token against the admin's. Wrong ones are counted, and who has shown too many is not told
   * of the right one either.
   * @returns the answer that turns them away; undefined for the right token
   * @throws RefusedError 401
   */
  challenge(token: string, exchange: Exchange): Promise<Reply | undefined>;
  /**
   * Whether an admin asks, for answers that tell them more than others. A wrong token counts as it
   * does where one is needed.
   */
  isAdmin(call: Call): Promise<boolean>;
}

const CHALLENGE = 'Bearer realm="floodgate admin"';
const BEARER = /^bearer +(\S+) *$/i;

/** Lets in who shows the admin token or a session that began with it. */
export function createAdminAccess({
  sessions,
  loginLimiter,
  clientIp,
}: AdminAccessOptions): AdminAccess {
  /** @returns whether it is the admin's, or the decision not to listen to this address */
  async function judge(token: string, ip: string): Promise<boolean | Decision> {
    // The wrong ones of a burst count before its right one is asked about, in the store's own order.
    const isRight = sessions.isToken(token);
    if (isRight && !isSpent(await loginLimiter.peek(ip))) return true;
    const decision = await loginLimiter.limit(ip);
    return decision.allowed ? isRight : decision;
  }

  async function challenge(token: string, exchange: Exchange): Promise<Reply | undefined> {
    const { identifier: ip } = clientIp(exchange.call);
    const judgement = await judge(token, ip);
    if (typeof judgement === 'object') return denial(judgement, ip, exchange);
    if (judgement) return undefined;
    throw unauthorized('This is not the admin token.');
  }

  return {
    challenge,
    async isAdmin(call) {
      const token = bearerOf(call);
      if (token !== undefined) return (await judge(token, clientIp(call).identifier)) === true;
      return (await sessions.verify(call.header('cookie'))) !== undefined;
    },
    async enter(exchange) {
      const { call } = exchange;
      const token = bearerOf(call);
      if (token !== undefined) {
        const refusal = await challenge(token, exchange);
        if (refusal !== undefined) return refusal;
        return { author: authorOf(call.header('x-floodgate-author')), session: undefined };
      }
      const session = await sessions.verify(call.header('cookie'));
      if (session === undefined) throw unauthorized('Sign in, or send the admin token.');
      if (isForgeable(call)) throw forged();
      return { author: session.author, session };
    },
  };
}

/** The token of the Authorization field; other schemes belong to whoever stands in front. */
function bearerOf(call: Call): string | undefined {
  const credentials = call.header('authorization');
  return credentials === undefined ? undefined : BEARER.exec(credentials)?.[1];
}

/** Whether nothing is left, told without taking any. */
function isSpent(decision: Decision): boolean {
  if (!decision.allowed) return true;
  return decision.source !== 'fallback' && decision.binding.remaining < 1;
}

function denial(decision: Decision, ip: string, { call, requestId }: Exchange): Reply {
  const reply = denialOf([decision], () => ip, { instance: call.path, requestId });
  appendRateLimitHeaders(reply.headers, [decision]);
  return reply;
}

function unauthorized(detail: string): RefusedError {
  const problem = { title: 'Unauthorized', status: 401, detail };
  return new RefusedError(problem, 'WWW-Authenticate', CHALLENGE);
}

export function forged(): RefusedError {
  const detail = 'A page of another origin sent this.';
  return new RefusedError({ title: 'Forbidden', status: 403, detail });
}
