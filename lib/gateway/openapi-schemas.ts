import { z } from 'zod';
import { entitySchemas } from '../policy';
import type { Endpoint } from './endpoint';

type JsonObject = Record<string, unknown>;

/** Makes the JSON Schemas of one document, in which each named schema is written once. */
export interface SchemaWriter {
  /** @param io whether defaults may be left out */
  write(schema: z.ZodType, io: 'input' | 'output'): JsonObject;
  /** What was referred to so far, for `components.schemas`. */
  readonly components: Readonly<Record<string, unknown>>;
}

/** What the entities of a kind are called. */
const ENTITY_NAMES = {
  policies: 'Policy',
  tiers: 'Tier',
  clients: 'Client',
  keys: 'ApiKey',
  routes: 'Route',
  upstreams: 'Upstream',
} as const satisfies Record<keyof typeof entitySchemas, string>;

/** Where zod puts what it refers to. */
const REFERENCE = /"#\/\$defs\/(\w+)"/g;

/** Named are the entities, and every whole answer or body that has an id. */
export function createSchemaWriter(endpoints: readonly Endpoint[]): SchemaWriter {
  const names = namesOf(endpoints);
  const components: Record<string, unknown> = {};

  return {
    components,
    write(schema, io) {
      const suffix = io === 'input' ? 'Input' : '';
      // As a member, the schema itself becomes a reference too.
      const made = z.toJSONSchema(z.object({ schema }), { io, metadata: names });
      const text = JSON.stringify(made).replaceAll(
        REFERENCE,
        (_, name: string) => `"#/components/schemas/${name}${suffix}"`,
      );
      const { properties, $defs = {} } = writtenSchema.parse(JSON.parse(text));
      for (const [name, { id: _, ...definition }] of Object.entries($defs)) {
        components[name + suffix] = definition;
      }
      return properties.schema;
    },
  };
}

const jsonObject = z.record(z.string(), z.unknown());

const writtenSchema = z.object({
  properties: z.object({ schema: jsonObject }),
  $defs: z.record(z.string(), jsonObject).optional(),
});

function namesOf(endpoints: readonly Endpoint[]) {
  const names = z.registry<{ id: string }>();
  for (const [kind, id] of Object.entries(ENTITY_NAMES)) {
    names.add(entitySchemas[kind as keyof typeof ENTITY_NAMES], { id });
  }
  for (const { methods } of endpoints) {
    for (const { documentation } of Object.values(methods)) {
      const { body, answers } = documentation;
      for (const schema of [body, ...Object.values(answers).map((answer) => answer.schema)]) {
        const id = schema && z.globalRegistry.get(schema)?.id;
        if (schema !== undefined && id !== undefined && !names.has(schema)) {
          names.add(schema, { id });
        }
      }
    }
  }
  return names;
}
