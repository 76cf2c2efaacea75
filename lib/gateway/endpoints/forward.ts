import { z } from 'zod';
import { jsonText, problem, type Reply } from '../../http';
import type { Upstreams } from '../../upstream';
import {
  badInput,
  jsonAnswer,
  problemAnswer,
  problemSchema,
  quotaExceededSchema,
} from '../answers';
import type { Endpoint, Exchange } from '../endpoint';
import type { Failure } from '../proxy/failure';
import { askForJson } from '../upstream-json';

/** Where it is served, what limits it, and whom it asks. */
export const FORWARD = { path: '/forward', policy: 'forward', upstream: 'demo' } as const;

const LARGEST_BODY = 4_096;
const JSON_TYPE = /^application\/json[ \t]*(?:;|$)/i;

const bodySchema = z
  .object({
    endpoint: z.enum(['/users', '/data', '/health'], 'use /users, /data or /health'),
  })
  .meta({ id: 'Forward' });

const forwardedSchema = z
  .object({
    success: z.literal(true),
    message: z.literal('Request forwarded successfully'),
    data: z.looseObject({}),
  })
  .meta({ id: 'Forwarded' });

const DENIED = {
  success: false,
  message: 'Rate limit exceeded',
  error: 'Too many requests',
} as const;

const deniedSchema = quotaExceededSchema
  .extend({
    success: z.literal(DENIED.success),
    message: z.literal(DENIED.message),
    error: z.literal(DENIED.error),
  })
  .meta({ id: 'ForwardDenied' });

/** Asks the demo upstream on the caller's behalf. */
export function forwardEndpoint({
  upstreams,
}: {
  readonly upstreams: Pick<Upstreams, 'find'>;
}): Endpoint {
  async function handle(exchange: Exchange): Promise<Reply> {
    const asked = await read(exchange);
    if (typeof asked !== 'string') return asked;
    const upstream = upstreams.find(FORWARD.upstream);
    if (upstream === undefined) return notConfigured(exchange);
    const answer = await askForJson(upstream, { ...exchange, path: asked });
    if (typeof answer !== 'string') return failed(answer, exchange);
    // As it is written: numbers keep their digits.
    return jsonText(
      200,
      `{"success":true,"message":"Request forwarded successfully","data":${answer}}`,
    );
  }

  return {
    path: FORWARD.path,
    isLimited: true,
    methods: {
      POST: {
        denied: DENIED,
        documentation: {
          id: 'forward',
          summary: 'Ask the demo upstream',
          tag: 'Demo',
          body: bodySchema,
          answers: {
            200: jsonAnswer('What the upstream answered, as `data`.', forwardedSchema),
            400: badInput,
            413: problemAnswer('The body is too long.', problemSchema),
            415: problemAnswer('The body is not sent as JSON.', problemSchema),
            429: problemAnswer('The bucket is empty.', deniedSchema),
            501: problemAnswer('There is no upstream to ask.', problemSchema),
            502: problemAnswer('The upstream gave no answer that can be used.', problemSchema),
            503: problemAnswer(
              'The upstream is not asked at the moment, or the limits can not be checked.',
              problemSchema,
            ),
            504: problemAnswer('The upstream took too long.', problemSchema),
          },
        },
        handle,
      },
    },
  };
}

/** The path to ask for, or the answer to a body that names none. */
async function read({ call, requestId }: Exchange): Promise<string | Reply> {
  const refuse = (status: number, title: string, detail: string) =>
    problem({ status, title, detail }, call.path, requestId);
  if (!JSON_TYPE.test(call.header('content-type') ?? '')) {
    const detail = 'Send the body as Content-Type: application/json.';
    return refuse(415, 'Unsupported media type', detail);
  }
  const text = await call.body(LARGEST_BODY);
  if (text === undefined) {
    return refuse(413, 'Content too large', `Send at most ${LARGEST_BODY} bytes.`);
  }
  const { data, error } = bodySchema.safeParse(parsed(text));
  if (data !== undefined) return data.endpoint;
  const errors = error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  const fault = { title: 'Bad input', status: 400, detail: 'The body is not valid.', errors };
  return problem(fault, call.path, requestId);
}

/** @returns undefined for what is no JSON, which no schema takes */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function notConfigured({ call, requestId }: Exchange): Reply {
  const detail = `The configuration has no upstream ${FORWARD.upstream} to ask.`;
  return problem({ title: 'Not implemented', status: 501, detail }, call.path, requestId);
}

function failed({ problem: fault, retryAfterSeconds }: Failure, exchange: Exchange): Reply {
  const { call, requestId } = exchange;
  const later = retryAfterSeconds === undefined ? [] : ['Retry-After', String(retryAfterSeconds)];
  return problem(fault, call.path, requestId, ...later);
}
