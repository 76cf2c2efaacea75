import type { Revision } from './change';
import type { Repository, RepositoryHealth } from './repository';

/** What is made of the configuration, always of the newest revision that could be compiled. */
export interface Live<T> {
  /** Costs a read of a variable. */
  snapshot(): T;
  readonly repository: Repository;
  close(): Promise<void>;
}

export interface LiveOptions<T> {
  readonly repository: Repository;
  /** Synchronous; entities that did not change are the same objects as last time. */
  readonly compile: (revision: Revision) => T;
  /** After its snapshot is in force. */
  readonly onRevision?: (revision: Revision) => void;
  readonly onHealth?: (health: RepositoryHealth) => void;
  /** A revision that could not be compiled; the snapshot before it stays. */
  readonly onFault?: (error: unknown, revision: Revision) => void;
}

/**
 * Opens a repository and follows it.
 * @throws InvalidConfigurationError and whatever compiling throws, for the first revision only
 */
export async function openLive<T>(options: LiveOptions<T>): Promise<Live<T>> {
  const { repository, compile, onRevision, onHealth, onFault } = options;
  let snapshot: { readonly value: T } | undefined;
  const put = (revision: Revision) => {
    snapshot = { value: compile(revision) };
    return snapshot;
  };

  const revision = await repository.open({
    onRevision(next) {
      try {
        put(next);
      } catch (error) {
        onFault?.(error, next);
        return;
      }
      onRevision?.(next);
    },
    onHealth: (health) => onHealth?.(health),
  });
  try {
    // One that came while the repository was opened is newer.
    const first = snapshot ?? put(revision);
    return {
      snapshot: () => (snapshot ?? first).value,
      repository,
      close: () => repository.close(),
    };
  } catch (error) {
    await repository.close();
    throw error;
  }
}
