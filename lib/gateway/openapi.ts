import type { z } from 'zod';
import { PROBLEM_MEDIA_TYPE, RATE_LIMIT_FIELD_NAMES } from '../http';
import { badInput, problemAnswer, problemSchema, quotaExceededSchema } from './answers';
import type {
  Documentation,
  DocumentedAnswer,
  DocumentedParameter,
  Endpoint,
  Operation,
} from './endpoint';
import { createSchemaWriter, type SchemaWriter } from './openapi-schemas';

type JsonObject = Record<string, unknown>;

const METHOD_NOT_ALLOWED = problemAnswer(
  'Another method; `Allow` lists those served.',
  problemSchema,
);

/** What the policies answer in an endpoint's place. */
const REFUSALS: Readonly<Record<number, DocumentedAnswer>> = {
  400: badInput,
  401: problemAnswer('The API key or token holds nothing.', problemSchema),
  403: problemAnswer('A policy refuses this caller.', problemSchema),
  429: problemAnswer(
    'The quota is used up; `Retry-After` says when to come back.',
    quotaExceededSchema,
  ),
  503: problemAnswer(
    "The limits or the token can't be checked; come back after `Retry-After` seconds.",
    problemSchema,
  ),
};

/** The OpenAPI 3.1 document of these endpoints, made from the schemas that they validate with. */
export function openApiDocument(endpoints: readonly Endpoint[], version: string): JsonObject {
  const schemas = createSchemaWriter(endpoints);
  const paths = endpoints.map((endpoint) => [endpoint.path, pathItem(endpoint, schemas)]);
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
    paths: Object.fromEntries(paths),
    components: {
      schemas: schemas.components,
      headers: HEADERS,
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

function pathItem(endpoint: Endpoint, schemas: SchemaWriter): JsonObject {
  const operations = Object.entries(endpoint.methods).map(([method, operation]) => [
    method.toLowerCase(),
    describeOperation(operation, endpoint.isLimited === true, schemas),
  ]);
  return Object.fromEntries(operations);
}

function describeOperation(
  { documentation }: Operation,
  isLimited: boolean,
  schemas: SchemaWriter,
): JsonObject {
  const { id, summary, description, tag, body, isAdminOnly, answers } = documentation;
  const parameters = parametersOf(documentation, schemas);
  const all: Readonly<Record<number, DocumentedAnswer>> = {
    ...(isLimited && REFUSALS),
    ...answers,
    405: METHOD_NOT_ALLOWED,
  };
  return {
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    tags: [tag],
    ...(isAdminOnly === true && { security: ADMIN_SECURITY }),
    ...(isLimited && { security: CALLER_SECURITY }),
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: requestBody(body, schemas) }),
    responses: Object.fromEntries(
      Object.entries(all).map(([status, answer]) => [
        status,
        response(answer, status, isLimited, schemas),
      ]),
    ),
  };
}

function parametersOf(
  { params = [], query = [], headers = [] }: Documentation,
  schemas: SchemaWriter,
): JsonObject[] {
  return [
    ...params.map((parameter) => describeParameter('path', parameter, schemas)),
    ...query.map((parameter) => describeParameter('query', parameter, schemas)),
    ...headers.map((parameter) => describeParameter('header', parameter, schemas)),
  ];
}

function describeParameter(
  place: 'path' | 'query' | 'header',
  { name, description, schema }: DocumentedParameter,
  schemas: SchemaWriter,
): JsonObject {
  const required = place === 'path';
  return { in: place, name, description, required, schema: schemas.write(schema, 'input') };
}

/** Required unless its schema makes something of nothing. */
function requestBody(schema: z.ZodType, schemas: SchemaWriter): JsonObject {
  return {
    required: !schema.safeParse(undefined).success,
    content: { 'application/json': { schema: schemas.write(schema, 'input') } },
  };
}

function response(
  answer: DocumentedAnswer,
  status: string,
  isLimited: boolean,
  schemas: SchemaWriter,
): JsonObject {
  const content =
    answer.schema === undefined ? {} : { schema: schemas.write(answer.schema, 'output') };
  return {
    description: answer.description,
    headers: Object.fromEntries(
      headersOf(status, answer, isLimited).map((name) => [
        name,
        { $ref: `#/components/headers/${name}` },
      ]),
    ),
    ...(answer.mediaType !== undefined && {
      content: {
        [answer.mediaType]: content,
        ...Object.fromEntries((answer.otherMediaTypes ?? []).map((type) => [type, AS_TEXT])),
      },
    }),
  };
}

const AS_TEXT = { schema: { type: 'string' } };

function headersOf(
  status: string,
  { mediaType, headers = [] }: DocumentedAnswer,
  isLimited: boolean,
): string[] {
  const isDecided = isLimited && status !== '405' && status !== '401' && status !== '403';
  const isRefusal = mediaType === PROBLEM_MEDIA_TYPE;
  return [
    'X-Request-Id',
    ...(isDecided || status === '429' ? RATE_LIMIT_FIELD_NAMES : []),
    ...(OF_STATUS[status] ?? []),
    ...headers,
    ...(isRefusal && (status === '429' || status === '503') ? ['Retry-After'] : []),
  ];
}

/** Fields that go with a status, wherever it comes from. */
const OF_STATUS: Readonly<Record<string, readonly string[]>> = {
  201: ['Location'],
  401: ['WWW-Authenticate'],
  405: ['Allow'],
};

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
  'X-Floodgate-User': header('Whose API key or token it came with, percent-encoded.'),
  'X-Floodgate-Tier': header('Their tier, percent-encoded.'),
  'X-Floodgate-Key-Id': header('The id of the API key.'),
  'Retry-After': header('Seconds after which the request will be allowed.', 'integer'),
  Allow: header('The methods served at this path.'),
  Location: header('Where the new thing is.'),
  ETag: header('The version, in quotes: what `If-Match` takes.'),
  'Set-Cookie': header('Gives or takes the session.'),
  'WWW-Authenticate': header(
    'What kind of credentials are asked for, and what is wrong with these.',
  ),
};

const SECURITY_SCHEMES = {
  adminToken: { type: 'http', scheme: 'bearer', description: 'The admin token.' },
  adminSession: {
    type: 'apiKey',
    in: 'cookie',
    name: 'floodgate_session',
    description: 'What signing in with the admin token gives.',
  },
  clientKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key.' },
  clientToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key, or a JSON Web Token of the configured issuer.',
  },
};

const ADMIN_SECURITY = [{ adminToken: [] }, { adminSession: [] }];
/** Nobody has to show anything. */
const CALLER_SECURITY = [{}, { clientKey: [] }, { clientToken: [] }];
