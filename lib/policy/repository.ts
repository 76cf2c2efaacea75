import type { Commit, Revision, VersionRecord } from './change';

/** How a repository is. `invalid`: what is written there cannot be used, the last good one stays. */
export interface RepositoryHealth {
  readonly kind: 'file' | 'postgres' | 'memory';
  readonly status: 'ok' | 'invalid' | 'unreachable';
  /** When the present status began, Unix ms. */
  readonly sinceMs: number;
  /** One readable line each; empty while ok. */
  readonly faults: readonly string[];
}

/** Told, one after another, of what becomes of the configuration, whoever changed it. */
export interface Observer {
  onRevision(revision: Revision): void;
  /** Also when it is well again. */
  onHealth(health: RepositoryHealth): void;
}

export interface HistoryPage {
  /** Only versions below; none: from the newest. */
  readonly before?: number;
  /** Most records, 1 to 200. */
  readonly limit: number;
}

/** Where configuration lives. */
export interface Repository {
  readonly kind: RepositoryHealth['kind'];
  /**
   * The revision in force, and from now on every later one, on this replica within a second.
   * While what is kept cannot be read: the last known good one.
   */
  open(observer: Observer): Promise<Revision>;
  health(): RepositoryHealth;
  /**
   * Makes one version of the edits, atomically and on top of whatever others committed meanwhile.
   * Edits that change nothing make no version.
   * @throws ConflictError when an entity it touches has changed since the author saw it
   * @throws InvalidConfigurationError when the result makes no sense
   * @throws RepositoryError when it cannot be kept
   */
  commit(commit: Commit): Promise<Revision>;
  /** Newest first. @throws RepositoryError */
  history(page: HistoryPage): Promise<readonly VersionRecord[]>;
  /** Every version after `version`, oldest first. @throws RepositoryError */
  since(version: number): Promise<readonly VersionRecord[]>;
  /** Notes when API keys were last used, Unix ms by key id; earlier times than known are ignored. @throws RepositoryError */
  noteKeyUses(uses: ReadonlyMap<string, number>): Promise<void>;
  /** When API keys were last used, Unix ms by key id. @throws RepositoryError */
  keyUses(): Promise<ReadonlyMap<string, number>>;
  /**
   * The kept hash of the admin token; `proposed` becomes it when there is none. All replicas of a
   * repository get the same.
   * @throws RepositoryError
   * @throws InvalidConfigurationError when what is kept is no hash
   */
  adminTokenHash(proposed: string): Promise<string>;
  close(): Promise<void>;
}

/** An entity that a commit touches has been changed since its author saw it. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';

  /** @param records the versions since then that touched the same entities, oldest first */
  constructor(
    readonly present: Revision,
    readonly records: readonly VersionRecord[],
  ) {
    super(
      records.length === 0
        ? 'the version it was made from is not in the history'
        : `changed since by version ${records.map(({ version }) => version).join(', ')}`,
    );
  }
}

export interface ConfigurationFault {
  /** Such as `policies[3].limits[0].quota` or, of one entity, `limits[0].quota`. */
  readonly path: string;
  readonly message: string;
}

/** A configuration that makes no sense, with every fault. */
export class InvalidConfigurationError extends Error {
  override readonly name = 'InvalidConfigurationError';

  constructor(readonly faults: readonly ConfigurationFault[]) {
    super(faults.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  }
}

/** The repository cannot be reached, or refuses to keep anything at the moment. */
export class RepositoryError extends Error {
  override readonly name = 'RepositoryError';
}
