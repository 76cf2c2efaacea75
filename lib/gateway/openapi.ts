import { z } from 'zod';
import { problemAnswer, problemSchema, quotaExceededSchema } from './answers';
import type { DocumentedAnswer, Endpoint, Operation } from './endpoint';

type JsonObject = Record<string, unknown>;

const QUOTA_EXCEEDED = problemAnswer(
  'The quota is used up; `Retry-After` says when to come back.',
  quotaExceededSchema,
);
const STORE_UNAVAILABLE = problemAnswer(
  "The limits can't be checked; come back after `Retry-After` seconds.",
  problemSchema,
);

const METHOD_NOT_ALLOWED = problemAnswer(
  'Another method; `Allow` lists those served.',
  problemSchema,
);

/** The OpenAPI 3.1 document of these endpoints, made from the schemas that they validate with. */
export function openApiDocument(endpoints: readonly Endpoint[], version: string): JsonObject {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Floodgate',
      version,
      description: 'A self-hosted API gateway and distributed rate limiter.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [],
    paths: Object.fromEntries(endpoints.map((endpoint) => [endpoint.path, pathItem(endpoint)])),
    components: { headers: HEADERS },
  };
}

function pathItem(endpoint: Endpoint): JsonObject {
  const operations = Object.entries(endpoint.methods).map(([method, operation]) => [
    method.toLowerCase(),
    describeOperation(operation, endpoint),
  ]);
  return Object.fromEntries(operations);
}

function describeOperation({ documentation }: Operation, endpoint: Endpoint): JsonObject {
  const { id, summary, description, tag, query = [], answers } = documentation;
  const isLimited = endpoint.limiter !== undefined;
  const all: Readonly<Record<number, DocumentedAnswer>> = {
    ...answers,
    405: METHOD_NOT_ALLOWED,
    ...(isLimited && { 429: QUOTA_EXCEEDED }),
    ...(endpoint.limiter?.policy.onStoreFailure === 'closed' && { 503: STORE_UNAVAILABLE }),
  };
  return {
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    tags: [tag],
    ...(query.length > 0 && {
      parameters: query.map((parameter) => ({
        in: 'query',
        name: parameter.name,
        description: parameter.description,
        required: false,
        schema: jsonSchema(parameter.schema, 'input'),
      })),
    }),
    responses: Object.fromEntries(
      Object.entries(all).map(([status, answer]) => [status, response(answer, status, isLimited)]),
    ),
  };
}

function response(answer: DocumentedAnswer, status: string, isLimited: boolean): JsonObject {
  const headers = [
    'X-Request-Id',
    ...(isLimited && status !== '405' ? LIMITED_HEADERS : []),
    ...(status === '429' || (isLimited && status === '503') ? ['Retry-After'] : []),
    ...(status === '405' ? ['Allow'] : []),
  ];
  const content =
    answer.schema === undefined ? {} : { schema: jsonSchema(answer.schema, 'output') };
  return {
    description: answer.description,
    headers: Object.fromEntries(
      headers.map((name) => [name, { $ref: `#/components/headers/${name}` }]),
    ),
    content: { [answer.mediaType]: content },
  };
}

/** Inlined rather than referenced, so that every answer can be read, and validated, on its own. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  const {
    $schema: _,
    id: __,
    ...rest
  } = z.toJSONSchema(schema, {
    io,
    // Of no shared registry: named schemas are written out, since references would be local to each.
    metadata: z.registry(),
  });
  return rest;
}

const LIMITED_HEADERS = [
  'RateLimit-Policy',
  'RateLimit',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'X-RateLimit-Status',
];

const header = (description: string, type: 'string' | 'integer' = 'string') => ({
  description,
  schema: { type },
});

const HEADERS = {
  'X-Request-Id': header("The request's own id where it brought one, else a new UUIDv7."),
  'RateLimit-Policy': header('The limits that applied: `"name";q=quota;w=window seconds`.'),
  RateLimit: header(
    'What is left of them: `"name";r=remaining;t=seconds until renewed`. Absent while degraded.',
  ),
  'X-RateLimit-Limit': header('Quota of the limit nearest to exhaustion.', 'integer'),
  'X-RateLimit-Remaining': header('What is left of it. Absent while degraded.', 'integer'),
  'X-RateLimit-Reset': header(
    'When it is renewed, Unix seconds, rounded up. Absent while degraded.',
    'integer',
  ),
  'X-RateLimit-Status': header('`degraded` while the store fails and requests pass uncounted.'),
  'Retry-After': header('Seconds after which the request will be allowed.', 'integer'),
  Allow: header('The methods served at this path.'),
};
