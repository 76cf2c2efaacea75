import { z } from 'zod';
import { type Endpoint, jsonAnswer } from '../../gateway';
import { type Call, json, noContent } from '../../http';
import { type AdminAccess, forged } from '../access';
import { authorSchema, DEFAULT_AUTHOR } from '../author';
import { isForgeable } from '../cross-site';
import { readJson } from '../json-body';
import { ADMIN_PATH, openOperation, readOperation, unsafeOperation } from '../operation';
import { type AdminSession, type AdminSessions, clearedCookie, sessionCookie } from '../session';

const TAG = 'Admin session';

const credentialsSchema = z.strictObject({
  token: z.string().min(1).max(1_024),
  /** For the history. */
  author: authorSchema.default(DEFAULT_AUTHOR),
});

const sessionSchema = z
  .object({
    author: z.string(),
    /** Null for the token itself, which does not expire. */
    expires_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Session' });

/** `/session`: sign in, sign out, who am I. */
export function sessionEndpoint(access: AdminAccess, sessions: AdminSessions): Endpoint {
  return {
    path: `${ADMIN_PATH}/session`,
    isPrivate: true,
    methods: {
      GET: readOperation(
        access,
        {
          id: 'getSession',
          summary: 'Tell who is signed in',
          tag: TAG,
          answers: { 200: jsonAnswer('The session.', sessionSchema) },
        },
        (_, { author, session }) => json(200, sessionJson(author, session)),
      ),
      POST: openOperation(
        {
          id: 'signIn',
          summary: 'Sign in',
          description: 'Exchanges the admin token for a session cookie that lasts 12 hours.',
          tag: TAG,
          body: credentialsSchema,
          answers: {
            200: {
              ...jsonAnswer('Signed in; the cookie is set.', sessionSchema),
              headers: ['Set-Cookie'],
            },
          },
        },
        async (exchange) => {
          const { call } = exchange;
          if (isForgeable(call)) throw forged();
          const { token, author } = await readJson(call, credentialsSchema);
          const refusal = await access.challenge(token, exchange);
          if (refusal !== undefined) return refusal;
          const { session, value } = await sessions.open(author);
          const cookie = sessionCookie(value, isSecure(call));
          return json(200, sessionJson(author, session), 'Set-Cookie', cookie);
        },
      ),
      DELETE: unsafeOperation(
        access,
        {
          id: 'signOut',
          summary: 'Sign out',
          description: 'The session is of no use on this replica any more, wherever its cookie is.',
          tag: TAG,
          answers: {
            204: { description: 'Signed out; the cookie is cleared.', headers: ['Set-Cookie'] },
          },
        },
        ({ call }, { session }) => {
          if (session !== undefined) sessions.end(session);
          return noContent('Set-Cookie', clearedCookie(isSecure(call)));
        },
      ),
    },
  };
}

function sessionJson(
  author: string,
  session: AdminSession | undefined,
): z.output<typeof sessionSchema> {
  const expiresAt = session && new Date(session.expiresAtMs).toISOString();
  return { author, expires_at: expiresAt ?? null };
}

/** A client that lies about it only makes its own cookie useless, or less careful. */
function isSecure(call: Call): boolean {
  return call.header('x-forwarded-proto')?.split(',')[0]?.trim().toLowerCase() === 'https';
}
