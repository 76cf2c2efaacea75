import { z } from 'zod';
import { descriptionSchema, nameSchema, userSchema } from './name';

export const clientSchema = z.strictObject({
  name: nameSchema,
  description: descriptionSchema.default(''),
  /** None: the policies' own limits. */
  tier: nameSchema.optional(),
  /** The user that its keys act for and that tokens name; its own name unless given. */
  user: userSchema.optional(),
  /** A disabled client's keys and tokens are refused. */
  enabled: z.boolean().default(true),
});

/** Somebody who calls: a team, a customer, a service. */
export type Client = z.output<typeof clientSchema>;
