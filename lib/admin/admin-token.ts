import { createHash, randomBytes } from 'node:crypto';
import { type Repository, RepositoryError } from '../policy';

/** The token that signs in to the admin API, known by its SHA-256 alone. */
export interface AdminToken {
  /** SHA-256, hexadecimal. */
  readonly hash: string;
  /** The token itself when it was made just now: to be shown once, and nowhere kept. */
  readonly made?: string;
}

const RANDOM_BYTES = 24;

/**
 * The token of the environment, or else the one that was made at the repository's first start, or else
 * one made now. While the repository is away, one is made for this process alone.
 */
export async function establishAdminToken(
  configured: string | undefined,
  repository: Repository,
): Promise<AdminToken> {
  if (configured !== undefined) return { hash: hashToken(configured) };
  const token = randomBytes(RANDOM_BYTES).toString('base64url');
  const proposed = hashToken(token);
  const hash = await keptHash(repository, proposed);
  return hash === proposed ? { hash, made: token } : { hash };
}

async function keptHash(repository: Repository, proposed: string): Promise<string> {
  try {
    return await repository.adminTokenHash(proposed);
  } catch (error) {
    if (error instanceof RepositoryError) return proposed;
    throw error;
  }
}

/** SHA-256 of a token, hexadecimal. A plain hash is enough for what is random and long. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
