import { z } from 'zod';
import { descriptionSchema, nameSchema, userSchema } from './name';

export const clientSchema = z.strictObject({
  name: nameSchema,
  description: descriptionSchema.default(''),
  tier: nameSchema.optional().describe("None: the policies' own limits."),
  user: userSchema
    .optional()
    .describe('The user that its keys act for and that tokens name; its own name unless given.'),
  enabled: z.boolean().default(true).describe("A disabled client's keys and tokens are refused."),
});

/** Somebody who calls: a team, a customer, a service. */
export type Client = z.output<typeof clientSchema>;
