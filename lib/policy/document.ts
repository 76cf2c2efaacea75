import { z } from 'zod';
import { toFaults } from './faults';
import { parseJson } from './json-text';
import {
  apiKeySchema,
  type Configuration,
  clientSchema,
  configurationSchema,
  type Entity,
  type Kind,
  kinds,
  policySchema,
  routeSchema,
  tierSchema,
  upstreamSchema,
} from './model';
import { type ConfigurationFault, InvalidConfigurationError } from './repository';

/** Longest document, bytes. */
export const LONGEST_DOCUMENT = 64 * 1_024 * 1_024;

const MOST_FAULTS = 100;

const schemas: Readonly<Record<Kind, z.ZodType>> = {
  policies: policySchema,
  tiers: tierSchema,
  clients: clientSchema,
  keys: apiKeySchema,
  routes: routeSchema,
  upstreams: upstreamSchema,
};

/** How an entity was written, where it was read from a document. */
export type Written = (entity: Entity) => unknown;

/** A document that was read. */
export interface Document {
  readonly configuration: Configuration;
  /** As each of its entities stands in the text. */
  readonly written: ReadonlyMap<Entity, unknown>;
}

/**
 * Reads a configuration document.
 * @throws InvalidConfigurationError with every fault, JSON's by line and column
 */
export function readDocument(bytes: Uint8Array): Document {
  const value = parse(bytes);
  const result = configurationSchema.safeParse(value);
  if (!result.success) throw invalid(toFaults(result.error.issues));
  const configuration = result.data;
  const written = new Map<Entity, unknown>();
  const raw = value as Partial<Record<Kind, readonly unknown[]>>;
  for (const kind of kinds) {
    configuration[kind].forEach((entity: Entity, index) => {
      written.set(entity, raw[kind]?.[index]);
    });
  }
  return { configuration, written };
}

function parse(bytes: Uint8Array): unknown {
  if (bytes.length > LONGEST_DOCUMENT) {
    throw invalid([{ path: 'configuration', message: `use at most ${LONGEST_DOCUMENT} bytes` }]);
  }
  let text: string;
  try {
    // Drops a byte order mark, as some editors write it.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid([{ path: 'configuration', message: 'is not UTF-8' }]);
  }
  const parsed = parseJson(text);
  if ('value' in parsed) return parsed.value;
  const { line, column, message } = parsed.fault;
  throw invalid([{ path: `line ${line}, column ${column}`, message }]);
}

function invalid(faults: readonly ConfigurationFault[]): InvalidConfigurationError {
  const left = faults.length - MOST_FAULTS;
  if (left <= 0) return new InvalidConfigurationError(faults);
  const rest = { path: 'configuration', message: `has ${left} more faults` };
  return new InvalidConfigurationError([...faults.slice(0, MOST_FAULTS), rest]);
}

/**
 * The document of a configuration.
 * @param written how an entity was written before; undefined: without what has its default
 * @param schema path of its JSON Schema
 */
export function printDocument(
  configuration: Configuration,
  { written, schema }: { readonly written?: Written; readonly schema?: string } = {},
): string {
  const document: Record<string, unknown> = schema === undefined ? {} : { $schema: schema };
  for (const kind of kinds) {
    document[kind] = configuration[kind].map(
      (entity: Entity) => written?.(entity) ?? withoutDefaults(schemas[kind], entity),
    );
  }
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** The JSON Schema of a document, for editors. */
export function documentJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(configurationSchema, { io: 'input' }),
    title: 'Floodgate configuration',
  };
}

/** What has to be written so that the value reads back the same. */
function withoutDefaults(schema: z.core.$ZodType, value: unknown): unknown {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  ) {
    return withoutDefaults(schema.def.innerType, value);
  }
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((item) => withoutDefaults(schema.def.element, item));
  }
  if (!(schema instanceof z.ZodObject) || typeof value !== 'object' || value === null) return value;
  const members = Object.entries(schema.shape).flatMap(([name, member]): [string, unknown][] => {
    const own = (value as Record<string, unknown>)[name];
    return own === undefined || isDefault(member, own)
      ? []
      : [[name, withoutDefaults(member, own)]];
  });
  return Object.fromEntries(members);
}

const defaults = new WeakMap<z.core.$ZodType, { readonly value: unknown }>();

function isDefault(schema: z.core.$ZodType, value: unknown): boolean {
  let known = defaults.get(schema);
  if (known === undefined) {
    const result = z.safeParse(schema, undefined);
    known = { value: result.success ? JSON.stringify(result.data) : undefined };
    defaults.set(schema, known);
  }
  return known.value !== undefined && known.value === JSON.stringify(value);
}
