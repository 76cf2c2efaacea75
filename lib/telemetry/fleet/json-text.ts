import type { z } from 'zod';

/** What a text says in JSON; undefined where it is too long, no JSON, or not as the schema has it. */
export function readJson<T>(
  text: unknown,
  schema: z.ZodType<T>,
  mostCharacters: number,
): T | undefined {
  if (typeof text !== 'string' || text.length > mostCharacters) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
