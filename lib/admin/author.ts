import { z } from 'zod';

/** Who is named in the history when nobody says who they are. */
export const DEFAULT_AUTHOR = 'admin';

/** A name for the history: said by the admin themself, for whoever has the token is the admin. */
export const authorSchema = z
  .string()
  .trim()
  .regex(/^\P{Cc}{1,100}$/u, 'use 1-100 characters, none of them a control character');

/** HTTP fields are octets; beyond ASCII nobody knows which letters were meant. */
const PRINTABLE_ASCII = /^[\x20-\x7e]+$/;

/** The author that a request names itself; `admin` for none, or one that cannot be a name. */
export function authorOf(header: string | undefined): string {
  const result = authorSchema.safeParse(header);
  return result.success && PRINTABLE_ASCII.test(result.data) ? result.data : DEFAULT_AUTHOR;
}
