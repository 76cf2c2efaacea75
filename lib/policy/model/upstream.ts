import { z } from 'zod';
import { descriptionSchema, nameSchema } from './name';

const MOST_TARGETS = 256;

const targetSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'use an http:// or https:// URL' })
    .max(2_048)
    .refine((text) => {
      // Told by the rule before; all rules are asked.
      if (!URL.canParse(text)) return true;
      const { pathname, search, hash, username, password } = new URL(text);
      return `${search}${hash}${username}${password}` === '' && pathname === '/';
    }, 'use scheme, host and port only'),
  weight: z.int().min(0).max(1_000).default(1).describe('Its share of the requests.'),
});

export const upstreamSchema = z.strictObject({
  name: nameSchema,
  description: descriptionSchema.default(''),
  targets: z.array(targetSchema).min(1).max(MOST_TARGETS),
  balance: z.enum(['round-robin', 'least-connections', 'consistent-hash']).default('round-robin'),
});

/** A service behind the gateway: one or more targets that answer alike. */
export type Upstream = z.output<typeof upstreamSchema>;
