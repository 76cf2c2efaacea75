import {
  badInput,
  type Documentation,
  type DocumentedAnswer,
  type Exchange,
  type Operation,
  problemAnswer,
  problemSchema,
  quotaExceededSchema,
} from '../gateway';
import type { Reply } from '../http';
import type { MaybePromise } from '../limiter';
import type { Admin, AdminAccess } from './access';
import { replyTo } from './refused';

/** Where everything of the admin API begins. */
export const ADMIN_PATH = '/api/v1/admin';

const UNAUTHORIZED = problemAnswer('The credentials hold nothing, or are missing.', problemSchema);
const FORBIDDEN = problemAnswer('A page of another origin sent this.', problemSchema);
const TOO_MANY = problemAnswer('Too many wrong tokens from this address.', quotaExceededSchema);
export const NOT_FOUND = problemAnswer('There is no such thing.', problemSchema);
const TOO_LARGE = problemAnswer('The body is too large.', problemSchema);
const NO_JSON = problemAnswer('The body is not said to be JSON.', problemSchema);
export const UNAVAILABLE = problemAnswer(
  'The repository cannot be reached, or what it holds is broken; nothing was changed.',
  problemSchema,
);

type Answers = Readonly<Record<number, DocumentedAnswer>>;

const SIGNED_IN: Answers = { 401: UNAUTHORIZED, 429: TOO_MANY };
const OF_BODIES: Answers = { 400: badInput, 413: TOO_LARGE, 415: NO_JSON };

type Handle = (exchange: Exchange, admin: Admin) => MaybePromise<Reply>;

/** An operation for admins alone that changes nothing. Its answers, like all here, are kept by no cache. */
export function readOperation(
  access: AdminAccess,
  documentation: Documentation,
  handle: Handle,
): Operation {
  const answers = { ...documentation.answers, ...SIGNED_IN };
  return {
    documentation: { ...documentation, isAdminOnly: true, answers },
    handle: uncached(async (exchange) => {
      const admin = await access.enter(exchange);
      return 'status' in admin ? admin : handle(exchange, admin);
    }),
  };
}

/** The same for methods that pages of other origins must not be able to use. */
export function unsafeOperation(
  access: AdminAccess,
  documentation: Documentation,
  handle: Handle,
): Operation {
  const answers = {
    ...documentation.answers,
    403: FORBIDDEN,
    ...(documentation.body !== undefined && OF_BODIES),
  };
  return readOperation(access, { ...documentation, answers }, handle);
}

/** An operation that credentials are shown to. */
export function openOperation(
  documentation: Documentation,
  handle: (exchange: Exchange) => Promise<Reply>,
): Operation {
  const answers = { ...documentation.answers, ...SIGNED_IN, 403: FORBIDDEN, ...OF_BODIES };
  return { documentation: { ...documentation, answers }, handle: uncached(handle) };
}

function uncached(handle: (exchange: Exchange) => Promise<Reply>): Operation['handle'] {
  return async (exchange) => {
    const reply = await handle(exchange).catch((error: unknown) => replyTo(error, exchange));
    reply.headers.push('Cache-Control', 'no-store');
    return reply;
  };
}
