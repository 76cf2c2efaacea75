import { z } from 'zod';
import { type Call, queryParameter } from '../http';
import { invalidInput } from './refused';
import { LONGEST_NAME } from './sender';

const NAME_RULE = `use a name of 1 to ${LONGEST_NAME} characters`;

/** A parameter that names a route, a policy or a replica. */
export const nameParameter = z.string().min(1, NAME_RULE).max(LONGEST_NAME, NAME_RULE);

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
  throw invalidInput(
    result.error.issues.map(({ message }) => ({ path: `query.${name}`, message })),
  );
}
