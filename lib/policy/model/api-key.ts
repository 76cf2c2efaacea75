import { z } from 'zod';
import { descriptionSchema, nameSchema } from './name';

/** What stands between `fg_` and the secret: public, and what logs and lists show. */
export const keyIdSchema = z.string().regex(/^[a-z0-9]{12}$/, 'use 12 of a-z and 0-9');

export const apiKeySchema = z.strictObject({
  id: keyIdSchema,
  client: nameSchema.describe('Whose it is.'),
  description: descriptionSchema.default(''),
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'use 64 hexadecimal digits')
    .describe('SHA-256 of the 256-bit secret, hexadecimal; the secret itself is nowhere.'),
  tier: nameSchema.optional().describe("In place of the client's."),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime().optional().describe('From then on it is refused.'),
  revoked_at: z.iso.datetime().optional(),
});

/** A credential of a client, kept as its hash. */
export type ApiKey = z.output<typeof apiKeySchema>;
