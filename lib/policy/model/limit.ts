import { z } from 'zod';
import { type Limit, limitSchema } from '../../limiter';

type SnakeCase<S extends string> = S extends `${infer Head}${infer Rest}`
  ? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${SnakeCase<Rest>}`
  : '';

type Written<L> = L extends Limit
  ? { [K in Exclude<keyof L, 'name'> & string as SnakeCase<K>]: L[K] } & {
      name?: string | undefined;
    }
  : never;

/** A limit as configuration writes it: snake_case, and named after its policy unless it says otherwise. */
export type LimitEntry = Written<Limit>;

/** The numbers of one algorithm, for forms. */
export interface LimitFields {
  readonly algorithm: Limit['algorithm'];
  /** Names in configuration, such as `window_ms`. */
  readonly numbers: readonly string[];
}

const entrySchemas = limitSchema.options.map((option) => {
  const { name, ...rest } = option.shape;
  const fields = Object.entries(rest).map(([field, schema]) => [snakeCase(field), schema] as const);
  return z.strictObject({ ...Object.fromEntries(fields), name: name.optional() });
});

/**
 * Made from the limiter's own schemas, so that an algorithm is described once. Mapping their shapes loses
 * what the type of each was; `LimitEntry` spells it out again, hence the two casts.
 */
export const limitEntrySchema: z.ZodType<LimitEntry> = z
  .discriminatedUnion('algorithm', entrySchemas as unknown as DiscriminatedOptions)
  .superRefine((entry, context) => {
    const result = limitSchema.safeParse(toLimit(entry as LimitEntry, 'unnamed'));
    for (const { code, path, message } of result.error?.issues ?? []) {
      // Of one number alone the entry's own schema has told already.
      if (code !== 'custom') continue;
      context.addIssue({ code, path: path.map((part) => snakeCase(String(part))), message });
    }
  }) as unknown as z.ZodType<LimitEntry>;

type DiscriminatedOptions = readonly [z.ZodObject, ...z.ZodObject[]];

export const limitFields: readonly LimitFields[] = limitSchema.options.map(({ shape }) => ({
  algorithm: shape.algorithm.value,
  numbers: Object.keys(shape)
    .filter((field) => field !== 'algorithm' && field !== 'name')
    .map(snakeCase),
}));

/**
 * The limiter's form of an entry. Of an entry that its schema has seen; numbers are not checked again.
 * @param defaultName for an entry without a name of its own
 */
export function toLimit(entry: LimitEntry, defaultName: string): Limit {
  const { name = defaultName, ...numbers } = entry;
  const fields = Object.entries(numbers).map(
    ([field, value]) => [camelCase(field), value] as const,
  );
  return { ...Object.fromEntries(fields), name } as Limit;
}

function snakeCase(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camelCase(field: string): string {
  return field.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
