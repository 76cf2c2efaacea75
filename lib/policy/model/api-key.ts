import { z } from 'zod';
import { descriptionSchema, nameSchema } from './name';

/** What stands between `fg_` and the secret: public, and what logs and lists show. */
export const keyIdSchema = z.string().regex(/^[a-z0-9]{12}$/, 'use 12 of a-z and 0-9');

export const apiKeySchema = z.strictObject({
  id: keyIdSchema,
  /** Whose it is. */
  client: nameSchema,
  description: descriptionSchema.default(''),
  /** SHA-256 of the 256-bit secret, hexadecimal; the secret itself is nowhere. */
  hash: z.string().regex(/^[0-9a-f]{64}$/, 'use 64 hexadecimal digits'),
  /** In place of the client's. */
  tier: nameSchema.optional(),
  created_at: z.iso.datetime(),
  /** From then on it is refused. */
  expires_at: z.iso.datetime().optional(),
  revoked_at: z.iso.datetime().optional(),
});

/** A credential of a client, kept as its hash. */
export type ApiKey = z.output<typeof apiKeySchema>;
