import { type Repository, RepositoryError } from './repository';

/** How often uses are written down, ms: a list of keys can wait that long. */
const FLUSH_MS = 10_000;

/** When API keys were last used, by this process; written down now and then. */
export interface KeyUses {
  /** @param atMs Unix ms */
  note(keyId: string, atMs: number): void;
  /** What is not written down yet. */
  pending(): ReadonlyMap<string, number>;
  /** Writes down the rest. */
  close(): Promise<void>;
}

export function createKeyUses(repository: Repository): KeyUses {
  let uses = new Map<string, number>();
  const timer = setInterval(() => void flush(), FLUSH_MS);
  timer.unref();

  async function flush(): Promise<void> {
    if (uses.size === 0) return;
    const noted = uses;
    uses = new Map();
    try {
      await repository.noteKeyUses(noted);
    } catch (error) {
      if (!(error instanceof RepositoryError)) throw error;
      // Kept for the next time, unless the key has been used since.
      for (const [id, atMs] of noted) if (!uses.has(id)) uses.set(id, atMs);
    }
  }

  return {
    note: (keyId, atMs) => void uses.set(keyId, atMs),
    pending: () => uses,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}
