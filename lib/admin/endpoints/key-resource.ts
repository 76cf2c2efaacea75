import { z } from 'zod';
import type { Repository, Revision } from '../../policy';
import type { AdminAccess } from '../access';
import { keySchema } from '../key';
import { ADMIN_PATH } from '../operation';

export interface KeyEndpointsOptions {
  readonly access: AdminAccess;
  readonly repository: Repository;
  readonly revision: () => Revision;
  /** When this process has seen keys used, Unix ms by id, as far as it is not written down yet. */
  readonly keyUses: () => ReadonlyMap<string, number>;
  /** Unix ms. */
  readonly now: () => number;
}

export const TAG = 'Keys';
export const PATH = `${ADMIN_PATH}/keys`;

export const ID_PARAMETER = {
  name: 'id',
  description: 'What stands between `fg_` and the secret.',
  schema: z.string(),
};

export const itemSchema = z.object({ version: z.int(), item: keySchema });

/** The only answers that ever hold a key. */
export const issuedSchema = itemSchema.extend({ key: z.string() });

/** When a key was last used, Unix ms, as far as this replica knows. */
export type LastUse = (id: string) => number | undefined;

/** @throws RepositoryError */
export async function lastUses({ repository, keyUses }: KeyEndpointsOptions): Promise<LastUse> {
  const kept = await repository.keyUses();
  const own = keyUses();
  return (id) => {
    const latest = Math.max(kept.get(id) ?? 0, own.get(id) ?? 0);
    return latest === 0 ? undefined : latest;
  };
}
