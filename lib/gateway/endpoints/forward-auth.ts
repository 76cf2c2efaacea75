import { z } from 'zod';
import { problem, RATE_LIMIT_FIELD_NAMES, type Reply } from '../../http';
import type { Identity } from '../../identity';
import type { MaybePromise } from '../../limiter';
import { badInputSchema, problemAnswer, problemSchema, quotaExceededSchema } from '../answers';
import type { DocumentedParameter, Endpoint, Exchange } from '../endpoint';
import { appendIdentityHeaders } from '../identity-headers';
import { createJudge, type Handling, type JudgeOptions } from '../judge';
import { originalRequest, type UnclearOriginal } from '../original-request';
import type { RequestRecord } from '../request-record';
import { NO_ROUTE } from '../route-name';

export interface ForwardAuthOptions extends JudgeOptions {
  /** Who may ask. */
  readonly isTrustedProxy: (address: string) => boolean;
}

/**
 * Judges requests that another proxy forwards: nginx `auth_request`, Traefik ForwardAuth, Caddy
 * `forward_auth`. 200 lets them pass, anything else is the client's answer. A request ends for
 * Floodgate with its judgement, so slots of concurrency limits are given back at once.
 */
export function forwardAuthEndpoint(options: ForwardAuthOptions): Endpoint {
  const { snapshot, isTrustedProxy } = options;
  const judge = createJudge(options);

  function handle(exchange: Exchange): MaybePromise<Reply> {
    const { call, requestId } = exchange;
    if (!isTrustedProxy(call.peerAddress)) {
      return problem(NOT_TRUSTED, call.path, requestId, ...NO_STORE);
    }
    const original = originalRequest(call);
    if ('field' in original) return unclear(original, exchange);
    const route = snapshot().routeFor(original)?.name ?? NO_ROUTE;
    return judge({ ...exchange, call: original }, route, LET_PASS);
  }

  return {
    path: '/api/v1/forward-auth',
    isPrivate: true,
    takesAnyMethod: true,
    methods: {
      GET: {
        documentation: {
          id: 'judgeForwarded',
          summary: 'Judge a request for another proxy',
          description:
            "For nginx `auth_request`, Traefik ForwardAuth and Caddy `forward_auth`; any method will do. Takes only questions of `TRUSTED_PROXIES`. The request's other fields are the client's: its credentials and X-Forwarded-For count as usual.",
          tag: 'Limits',
          headers: ORIGINAL_FIELDS,
          answers: {
            200: {
              description: 'Let it pass.',
              headers: [
                ...RATE_LIMIT_FIELD_NAMES,
                'X-Floodgate-User',
                'X-Floodgate-Tier',
                'X-Floodgate-Key-Id',
              ],
            },
            400: problemAnswer('The original request is not clear.', badInputSchema),
            401: problemAnswer('The API key or token holds nothing.', problemSchema),
            403: problemAnswer(
              'A policy refuses this caller, or who asks is no trusted proxy.',
              problemSchema,
            ),
            429: problemAnswer('The quota is used up.', quotaExceededSchema),
            503: problemAnswer("The limits or the token can't be checked.", problemSchema),
          },
        },
        handle,
      },
    },
  };
}

const NO_STORE = ['Cache-Control', 'no-store'];

/** As text: what is wrong with them is told by `errors`. */
const fieldOf = (name: string, description: string): DocumentedParameter => ({
  name,
  description,
  schema: z.string().optional(),
});

const ORIGINAL_FIELDS = [
  fieldOf('X-Forwarded-Method', "The original request's method; also X-Original-Method."),
  fieldOf('X-Forwarded-Uri', 'Its path and query; also X-Original-URI, X-Original-URL.'),
  fieldOf('X-Forwarded-Host', 'Its host.'),
  fieldOf('X-Forwarded-For', "Its client's address, last."),
];

const NOT_TRUSTED = {
  title: 'Forbidden',
  status: 403,
  detail: 'Only a proxy whose address is in TRUSTED_PROXIES may ask for a judgement.',
};

const LET_PASS: Handling<Reply> = { handle: (_, identity, record) => allowed(identity, record) };

function allowed(identity: Identity, { admission }: RequestRecord): Reply {
  const headers = ['Content-Length', '0'];
  // Where policies matched, what concludes a request says so.
  if (admission?.evaluations.length === 0) headers.push(...NO_STORE);
  appendIdentityHeaders(headers, identity);
  return { status: 200, headers, body: undefined };
}

function unclear({ field, message }: UnclearOriginal, { call, requestId }: Exchange): Reply {
  const fault = {
    title: 'Bad input',
    status: 400,
    detail: 'The request to be judged is not clear.',
    errors: [{ path: `header.${field}`, message }],
  };
  return problem(fault, call.path, requestId, ...NO_STORE);
}
