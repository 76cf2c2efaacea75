import { mkdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Commit, Revision, VersionRecord } from '../change';
import { diff, EMPTY_CONFIGURATION, reuse } from '../changes';
import { prepareCommit } from '../commit';
import { type Document, LONGEST_DOCUMENT, printDocument, readDocument } from '../document';
import { createHealthReport } from '../health-report';
import { mergeUses } from '../key-use-times';
import { type Configuration, type Entity, idOf, kinds } from '../model';
import { createQueue } from '../queue';
import { OWN_AUTHOR, pageOf } from '../records';
import {
  InvalidConfigurationError,
  type Observer,
  type Repository,
  RepositoryError,
} from '../repository';
import { type StagedFile, stageFile } from './atomic-write';
import { watchFile } from './file-watch';
import { MOST_RECORDS } from './history-file';
import { acquireLock, type Lock } from './lock';
import { isReadOnly, signatureOf } from './signature';
import { createStateFolder, type Current } from './state-folder';

/** Who edits the file by hand. */
const EDITOR = 'file';
const SCHEMA = './.floodgate/config.schema.json';

export interface FileRepositoryOptions {
  /** Of the configuration file; made when it is not there. */
  readonly path: string;
  /** What it holds then. */
  readonly defaults: Configuration;
}

/**
 * Configuration in a JSON file that people may edit, with its versions in `.floodgate` beside it.
 *
 * A version is written in three steps: the file, then the revision in force with the version that made it,
 * then the history. A crash after the first looks like an edit by hand, one after the second is made up for
 * at the next opening: no change is lost and none invented. Processes take turns by a lock file. A file that
 * cannot be used is reported, left alone, and stands in the way of commits until it is mended.
 */
export function createFileRepository(options: FileRepositoryOptions): Repository {
  const { defaults } = options;
  const path = resolve(options.path);
  const name = basename(path);
  const state = createStateFolder(join(dirname(path), '.floodgate'));
  const queue = createQueue();
  const health = createHealthReport('file', () => observer);
  const written = new WeakMap<Entity, unknown>();
  const uses = new Map<string, number>();
  let observer: Observer | undefined;
  let stopWatching = () => {};
  let isReadOnlyDisk = false;
  let current: Current | undefined;
  let records: readonly VersionRecord[] = [];
  /** The newest version of a history that was put aside. */
  let lostVersion = 0;
  let fileFaults: readonly string[] = [];
  let fileSeen: string | undefined;
  let currentSeen: string | undefined;
  let tokenHash: string | undefined;
  let isFollowing = false;

  function present(): Current {
    if (current === undefined) throw new RepositoryError('the configuration is not open');
    return current;
  }

  async function withLock<T>(work: (lock: Lock | undefined) => Promise<T>): Promise<T> {
    if (isReadOnlyDisk) return work(undefined);
    const lock = await acquireLock(state.lock);
    try {
      return await work(lock);
    } finally {
      await lock.release();
    }
  }

  function adopt(next: Current): void {
    const isNews = current !== undefined && next.revision.version !== current.revision.version;
    current = next;
    const older = records.filter(({ version }) => version < next.record.version);
    records = [...older, next.record].slice(-MOST_RECORDS);
    if (isNews) observer?.onRevision(next.revision);
  }

  /** Keeps a version in the state folder, the file being as it should. */
  async function keep(next: Current): Promise<void> {
    if (!isReadOnlyDisk) {
      await state.history.keep(records);
      const staged = await state.stageCurrent(next);
      await staged.place();
      currentSeen = await state.currentSignature();
    }
    adopt(next);
    if (!isReadOnlyDisk) await keepHistory();
  }

  /** What cannot be added now is added before the next version. */
  async function keepHistory(): Promise<void> {
    await state.history.keep(records).catch(() => undefined);
  }

  /** Takes over what other processes committed. */
  async function readState(): Promise<void> {
    const signature = await state.currentSignature();
    if (signature !== undefined && signature === currentSeen) return;
    const read = await state.readCurrent();
    currentSeen = signature;
    if (read === undefined) return replaceState();
    const follows = read.record.version === (current?.record.version ?? 0) + 1;
    if (!follows || current === undefined) records = await state.history.read();
    const configuration =
      current === undefined
        ? read.revision.configuration
        : reuse(current.revision.configuration, read.revision.configuration);
    adopt({ record: read.record, revision: { version: read.record.version, configuration } });
  }

  /** Without a revision that can be read its history tells nothing: begins anew, counting on. */
  async function replaceState(): Promise<void> {
    if (current === undefined) lostVersion = (await state.history.read()).at(-1)?.version ?? 0;
    if (!isReadOnlyDisk) await state.setAside();
    if (current !== undefined) await keep(current);
  }

  /** Takes over what was written into the file, as a version of its own when it is another configuration. */
  async function readFileEdits(): Promise<void> {
    const signature = await signatureOf(path);
    if (signature === undefined) {
      fileFaults = [`${name} is missing`];
      fileSeen = undefined;
      return;
    }
    if (signature === fileSeen) return;
    const bytes = await readFile(path);
    fileSeen = signature;
    let document: Document;
    try {
      document = readDocument(bytes);
      fileFaults = [];
    } catch (error) {
      if (!(error instanceof InvalidConfigurationError) || current === undefined) throw error;
      fileFaults = error.message.split('\n');
      return;
    }
    const before = current?.revision.configuration ?? EMPTY_CONFIGURATION;
    const configuration = reuse(before, document.configuration);
    for (const kind of kinds) {
      configuration[kind].forEach((entity: Entity, index) => {
        const read = document.configuration[kind][index];
        if (read !== undefined) written.set(entity, document.written.get(read));
      });
    }
    const changes = diff(before, configuration);
    if (current === undefined || changes.length > 0) {
      const version = (current?.revision.version ?? lostVersion) + 1;
      const at = new Date().toISOString();
      const comment = current === undefined ? 'found at the first start' : 'edited by hand';
      await keep({
        revision: { version, configuration },
        record: { version, at, author: EDITOR, comment, changes },
      });
    }
  }

  async function refresh(): Promise<void> {
    try {
      await readState();
      await readFileEdits();
      health.set(fileFaults.length > 0 ? 'invalid' : 'ok', fileFaults);
    } catch (error) {
      if (current === undefined) throw error;
      health.set('unreachable', [(error as Error).message]);
    }
  }

  /** Looks without the lock first: mostly nothing has changed. */
  async function follow(): Promise<void> {
    isFollowing = false;
    try {
      const { status } = health.present();
      const isSeen =
        status !== 'unreachable' &&
        (status === 'invalid' || fileSeen !== undefined) &&
        (await signatureOf(path)) === fileSeen &&
        (await state.currentSignature()) === currentSeen;
      if (!isSeen) await withLock(refresh);
    } catch (error) {
      health.set('unreachable', [(error as Error).message]);
    }
  }

  function followSoon(): void {
    if (isFollowing) return;
    isFollowing = true;
    void queue.run(follow);
  }

  function print(configuration: Configuration): string {
    const text = printDocument(configuration, {
      written: (entity) => written.get(entity),
      schema: SCHEMA,
    });
    if (Buffer.byteLength(text) <= LONGEST_DOCUMENT) return text;
    throw new InvalidConfigurationError([
      { path: 'configuration', message: `takes more than ${LONGEST_DOCUMENT} bytes` },
    ]);
  }

  async function place(next: Current, lock: Lock | undefined): Promise<void> {
    const text = print(next.revision.configuration);
    await state.history.keep(records);
    const staged: StagedFile[] = [];
    try {
      staged.push(await stageFile(path, text));
      staged.push(await state.stageCurrent(next));
      if ((await lock?.isHeld()) === false) throw new RepositoryError(`lost ${state.lock}`);
      if ((await signatureOf(path)) !== fileSeen) {
        throw new RepositoryError(`${name} is being edited, try again`);
      }
      for (const file of staged) await file.place();
    } catch (error) {
      for (const file of staged) await file.discard();
      throw error;
    }
    fileSeen = await signatureOf(path);
    currentSeen = await state.currentSignature();
    adopt(next);
    await keepHistory();
  }

  async function create(lock: Lock | undefined): Promise<void> {
    const configuration = current?.revision.configuration ?? defaults;
    const version = lostVersion + 1;
    const first = {
      revision: { version, configuration },
      record: {
        version,
        at: new Date().toISOString(),
        author: OWN_AUTHOR,
        comment: 'first start',
        changes: diff(EMPTY_CONFIGURATION, configuration),
      },
    };
    // With a revision in force somebody removed the file, and gets it back.
    await place(current ?? first, lock);
  }

  async function commit(commit: Commit, lock: Lock | undefined): Promise<Revision> {
    await refresh();
    const { status, faults } = health.present();
    if (status !== 'ok') {
      throw new RepositoryError(`${name} cannot be used as it is:\n${faults.join('\n')}`);
    }
    const { revision } = present();
    const { baseVersion = revision.version } = commit;
    const prepared = prepareCommit({
      present: revision,
      recordsSince: records.filter(({ version }) => version > baseVersion),
      commit,
      at: new Date().toISOString(),
    });
    if (prepared === undefined) return revision;
    if (isReadOnlyDisk) throw new RepositoryError(`${name} is on a disk that cannot be written`);
    await place(prepared, lock);
    return prepared.revision;
  }

  async function prepareDisk(): Promise<void> {
    try {
      await mkdir(dirname(path), { recursive: true });
      await withLock(state.prepare);
    } catch (error) {
      if (!isReadOnly(error)) throw error;
      isReadOnlyDisk = true;
    }
  }

  return {
    kind: 'file',
    open(opened) {
      return queue.run(async () => {
        observer = opened;
        await prepareDisk();
        await withLock(async (lock) => {
          await readState();
          if ((await signatureOf(path)) === undefined) await create(lock);
          await refresh();
          if (!isReadOnlyDisk) await keepHistory();
        });
        stopWatching = watchFile(path, followSoon);
        return present().revision;
      });
    },
    health: health.present,
    commit: (given) =>
      queue.run(() => asRepositoryError(withLock((lock) => commit(given, lock)))),
    history: async (page) => pageOf(records, page),
    since: async (version) => records.filter((record) => record.version > version),
    noteKeyUses: (noted) =>
      queue.run(async () => {
        mergeUses(uses, noted);
        if (isReadOnlyDisk) return;
        const kept = new Set(present().revision.configuration.keys.map(idOf));
        const work = withLock(() => state.noteKeyUses(noted, (id) => kept.has(id)));
        await asRepositoryError(work);
      }),
    async keyUses() {
      if (isReadOnlyDisk) return new Map(uses);
      return asRepositoryError(state.readKeyUses());
    },
    adminTokenHash: (proposed) =>
      queue.run(async () => {
        if (isReadOnlyDisk) {
          tokenHash ??= proposed;
          return tokenHash;
        }
        return asRepositoryError(withLock(() => state.adminTokenHash(proposed)));
      }),
    async close() {
      stopWatching();
      observer = undefined;
      await queue.idle();
    },
  };
}

/** The file system's errors, as the port has them. */
async function asRepositoryError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) {
      throw new RepositoryError(error.message, { cause: error });
    }
    throw error;
  }
}
