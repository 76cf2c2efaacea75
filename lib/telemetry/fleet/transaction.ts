import type { ChainableCommander, Redis } from 'ioredis';

/**
 * Runs commands as one, in one round trip.
 * @returns their replies in order
 * @throws what the first that failed was answered: a redirection, say, that can be followed
 */
export async function transact(
  client: Redis,
  add: (transaction: ChainableCommander) => void,
): Promise<readonly unknown[]> {
  const transaction = client.multi();
  add(transaction);
  const replies = await transaction.exec().catch((error: unknown) => {
    throw causeOf(error);
  });
  return (replies ?? []).map(([error, reply]) => {
    if (error !== null) throw error;
    return reply;
  });
}

/** An EXEC that is refused tells only that, and not why. */
function causeOf(error: unknown): unknown {
  if (!(error instanceof Error && 'previousErrors' in error)) return error;
  const causes: unknown = error.previousErrors;
  return Array.isArray(causes) ? (causes[0] ?? error) : error;
}
