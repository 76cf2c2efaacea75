import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { z } from 'zod';

const responseSchema = z.object({
  headers: z.record(z.string(), z.unknown()),
  content: z.record(z.string(), z.object({ schema: z.unknown().optional() })).optional(),
});

const operationSchema = z.object({
  operationId: z.string(),
  security: z.array(z.record(z.string(), z.unknown())).optional(),
  requestBody: z.unknown().optional(),
  responses: z.record(z.string(), responseSchema),
});

const documentSchema = z.object({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.record(z.string(), z.unknown()),
});

export type ApiDocument = z.output<typeof documentSchema>;

/** The document that a server publishes of itself. */
export async function documentOf(url: string): Promise<ApiDocument> {
  return documentSchema.parse(await (await fetch(`${url}/openapi.json`)).json());
}

/** Fields that tell of a failed store, or of who is known. */
const OF_SOME = /^X-RateLimit-Status$|^X-Floodgate-/;

/** Holds an answer against what the document says of it: media type, headers and body. */
export async function expectConforming(
  { paths, components }: ApiDocument,
  path: string,
  method: string,
  answer: Response,
): Promise<void> {
  const documented = paths[path]?.[method.toLowerCase()]?.responses[String(answer.status)];
  if (documented === undefined) {
    throw new Error(`${method} ${path} documents no ${answer.status}: ${await answer.text()}`);
  }
  for (const name of Object.keys(documented.headers)) {
    if (!OF_SOME.test(name)) expect(answer.headers.has(name), name).toBe(true);
  }
  const [type] = Object.entries(documented.content ?? {});
  if (type === undefined) {
    expect(await answer.text()).toBe('');
    return;
  }
  const [mediaType, { schema }] = type;
  expect(answer.headers.get('content-type')).toContain(mediaType);
  if (schema === undefined) return;
  // With the components in it, so that its references lead somewhere.
  const whole = { ...z.record(z.string(), z.unknown()).parse(schema), components };
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(whole);
  expect(validate(await answer.json()), JSON.stringify(validate.errors)).toBe(true);
}
