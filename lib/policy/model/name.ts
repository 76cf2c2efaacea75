import { z } from 'zod';

/** What policies, tiers, clients, routes and upstreams are called: unique within their kind. */
export const nameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/, 'use 1-64 of a-z, 0-9 and -, starting with a letter');

export const descriptionSchema = z.string().max(500);

/** A user as credentials name them: any text without controls. */
export const userSchema = z
  .string()
  .min(1)
  .max(256)
  .regex(/^\P{Cc}+$/u, 'use no control characters');
