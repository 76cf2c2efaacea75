import { z } from 'zod';
import { descriptionSchema, nameSchema } from './name';

export const tierSchema = z.strictObject({
  name: nameSchema,
  description: descriptionSchema.default(''),
});

/** What a client pays for or is trusted with; policies name the limits that go with it. */
export type Tier = z.output<typeof tierSchema>;
