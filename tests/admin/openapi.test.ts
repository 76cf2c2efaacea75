import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openApiDocument } from '../../lib/gateway/openapi';
import { adminGateway } from './admin-gateway';

const LARGEST_BYTES = 300_000;

const parameterSchema = z.object({ in: z.string(), name: z.string(), required: z.boolean() });
const operationSchema = z.object({
  operationId: z.string(),
  parameters: z.array(parameterSchema).default([]),
  security: z.array(z.record(z.string(), z.unknown())).default([]),
  requestBody: z.object({ required: z.boolean() }).optional(),
});
const documentSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.object({
    schemas: z.record(z.string(), z.record(z.string(), z.unknown())),
    headers: z.record(z.string(), z.unknown()),
    securitySchemes: z.record(z.string(), z.unknown()),
  }),
});

describe('the OpenAPI document of the admin API', () => {
  let text: string;
  let document: z.output<typeof documentSchema>;

  beforeAll(async () => {
    const { endpoints } = await adminGateway();
    text = JSON.stringify(openApiDocument(endpoints, '0.0.0'));
    document = documentSchema.parse(JSON.parse(text));
  });

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );

  it('is small enough to be read by a browser', () => {
    expect(Buffer.byteLength(text)).toBeLessThan(LARGEST_BYTES);
  });

  it('refers to nothing that it does not hold', () => {
    const references = [...text.matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g)];
    expect(references.length).toBe(text.split('"$ref"').length - 1);
    for (const [, group = '', name = ''] of references) {
      expect(document.components).toHaveProperty([group, name]);
    }
  });

  it('names each operation once', () => {
    const names = operations().map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
  });

  it('describes just the parameters that a path has, as required', () => {
    for (const { path, operation } of operations()) {
      const inPath = operation.parameters.filter((parameter) => parameter.in === 'path');
      expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
      expect(inPath.every(({ required }) => required)).toBe(true);
    }
  });

  it('asks for credentials everywhere but where they are shown', () => {
    const open = operations()
      .filter(({ operation }) => operation.security.length === 0)
      .map(({ operation }) => operation.operationId);
    expect(open).toEqual(['signIn']);
    for (const { operation } of operations()) {
      for (const scheme of operation.security.flatMap(Object.keys)) {
        expect(document.components.securitySchemes).toHaveProperty(scheme);
      }
    }
  });

  it('requires a body where one is needed', () => {
    const optional = operations()
      .filter(({ operation }) => operation.requestBody?.required === false)
      .map(({ operation }) => operation.operationId);
    expect(optional.sort()).toEqual(['revokeKey', 'rollback', 'rotateKey']);
  });

  it('tells apart what may be left out and what is always there', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const { schemas } = document.components;
    const limit = { algorithm: 'fixed-window', quota: 5, window_ms: 10_000 };
    const written = { name: 'ping', limits: [limit] };
    const validates = (name: string, value: unknown) =>
      ajv.validate({ ...schemas[name], components: document.components }, value);
    expect(validates('PolicyInput', written)).toBe(true);
    expect(validates('Policy', written)).toBe(false);
    expect(validates('PolicyInput', { ...written, limits: [{ ...limit, quota: 0 }] })).toBe(false);
    expect(validates('PolicyInput', { ...written, extra: 1 })).toBe(false);
  });
});
