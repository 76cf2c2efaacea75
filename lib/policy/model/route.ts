import { z } from 'zod';
import { matchSchema } from './match';
import { descriptionSchema, nameSchema } from './name';

export const routeSchema = z.strictObject({
  name: nameSchema,
  description: descriptionSchema.default(''),
  match: matchSchema.prefault({}),
  upstream: nameSchema,
});

/** Which requests go to which upstream; policies may count by it. */
export type Route = z.output<typeof routeSchema>;
