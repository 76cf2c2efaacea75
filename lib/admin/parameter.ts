import type { z } from 'zod';
import { type Call, queryParameter } from '../http';
import { badInput } from './refused';

/**
 * A query parameter, held against its schema; undefined when absent.
 * @throws RefusedError 400 with the path `query.<name>`
 */
export function queryValue<S extends z.ZodType>(
  { query }: Call,
  name: string,
  schema: S,
): z.output<S> | undefined {
  const text = queryParameter(query, name);
  if (text === undefined) return undefined;
  const result = schema.safeParse(text);
  if (result.success) return result.data;
  throw badInput(result.error.issues.map(({ message }) => ({ path: `query.${name}`, message })));
}
