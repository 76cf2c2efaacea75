import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Commit, Revision, VersionRecord } from '../change';
import { diff, EMPTY_CONFIGURATION, reuse } from '../changes';
import { prepareCommit } from '../commit';
import { createHealthReport } from '../health-report';
import { withoutRevival } from '../key-rules';
import { mergeUses } from '../key-use-times';
import { type Configuration, idOf } from '../model';
import { createQueue } from '../queue';
import { OWN_AUTHOR, pageOf } from '../records';
import {
  InvalidConfigurationError,
  type Observer,
  type Repository,
  RepositoryError,
} from '../repository';
import type { StagedFile } from './atomic-write';
import { createConfigFile } from './config-file';
import { toRepositoryError, toStartUpError } from './file-system-error';
import { watchFile } from './file-watch';
import { MOST_RECORDS } from './history-file';
import { acquireLock, type Lock } from './lock';
import { isReadOnly } from './signature';
import { type Current, createStateFolder } from './state-folder';

/** Who edits the file by hand. */
const EDITOR = 'file';

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
  const file = createConfigFile(path);
  const state = createStateFolder(join(dirname(path), '.floodgate'));
  const queue = createQueue();
  const health = createHealthReport('file', () => observer);
  const uses = new Map<string, number>();
  let observer: Observer | undefined;
  let stopWatching = () => {};
  /** Then versions and what belongs to them end with the process, and nothing can be committed. */
  let isReadOnlyDisk = false;
  let current: Current | undefined;
  let records: readonly VersionRecord[] = [];
  /** The newest version of a history that was put aside. */
  let lostVersion = 0;
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

  /** @param check asked last, when everything else has gone well */
  async function write(
    next: Current,
    stages: readonly (() => Promise<StagedFile>)[],
    check: () => Promise<void>,
  ): Promise<void> {
    const staged: StagedFile[] = [];
    try {
      // What a crash or a full disk kept from the history, before its only other copy is replaced.
      await state.history.keep(records);
      for (const stage of stages) staged.push(await stage());
      await check();
      for (const one of staged) await one.place();
    } catch (error) {
      for (const one of staged) await one.discard();
      file.forget();
      throw error;
    }
    adopt(next);
    await completeHistory();
  }

  /** What cannot be added now is added before the next version. */
  async function completeHistory(): Promise<void> {
    await state.history.keep(records).catch(() => undefined);
  }

  /** Keeps a version of which the file tells already. */
  async function keep(next: Current): Promise<void> {
    if (isReadOnlyDisk) adopt(next);
    else await write(next, [() => state.stageCurrent(next)], async () => {});
  }

  /** Writes a version into the file, unless somebody else is writing there. */
  async function place(next: Current, lock: Lock | undefined): Promise<void> {
    const { configuration } = next.revision;
    const stages = [() => file.stage(configuration), () => state.stageCurrent(next)];
    await write(next, stages, async () => {
      if ((await lock?.isHeld()) === false) {
        throw new RepositoryError('another process has taken the turn to write');
      }
      if (await file.hasChanged()) throw new RepositoryError(`${file.name} is being edited`);
    });
  }

  /** Takes over what other processes committed. */
  async function readState(): Promise<void> {
    if (current !== undefined && !(await state.hasChanged())) return;
    const read = await state.readCurrent();
    if (read === undefined) return replaceState();
    const { record } = read;
    let { configuration } = read.revision;
    if (current?.record.version !== record.version - 1) records = await state.history.read();
    if (current !== undefined) configuration = reuse(current.revision.configuration, configuration);
    adopt({ record, revision: { version: record.version, configuration } });
  }

  /** Without a revision that can be read its history tells nothing: begins anew, counting on. */
  async function replaceState(): Promise<void> {
    const newest = (await state.history.read()).at(-1);
    lostVersion = Math.max(lostVersion, newest?.version ?? 0);
    if (!isReadOnlyDisk) await state.setAside();
    if (current !== undefined) await keep(current);
  }

  /**
   * Takes over what was written into the file, as a version of its own when it says something else. Where that
   * would make a key valid again, the file is put right.
   */
  async function readFileEdits(lock: Lock | undefined): Promise<void> {
    const before = current?.revision.configuration ?? EMPTY_CONFIGURATION;
    const written = await file.read(before);
    if (written === undefined) {
      if (current === undefined) throw new InvalidConfigurationError(file.faults());
      return;
    }
    const at = new Date().toISOString();
    const held = current && withoutRevival(written, before, { history: records, at });
    const isAsWritten = held === undefined || held === written;
    const configuration = isAsWritten ? written : reuse(before, held);
    const changes = diff(before, configuration);
    if (current !== undefined && changes.length === 0) {
      // Perhaps in another order, which the next version keeps.
      current = { ...current, revision: { ...current.revision, configuration } };
      if (!isAsWritten && !isReadOnlyDisk) await place(current, lock);
      return;
    }
    const version = (current?.revision.version ?? lostVersion) + 1;
    const comment = current === undefined ? 'found at the first start' : 'edited by hand';
    const next = {
      revision: { version, configuration },
      record: { version, at, author: EDITOR, comment, changes },
    };
    await (isAsWritten || isReadOnlyDisk ? keep(next) : place(next, lock));
  }

  async function refresh(lock: Lock | undefined): Promise<void> {
    try {
      await readState();
      await readFileEdits(lock);
      const faults = file.faults().map(({ path: where, message }) => `${where}: ${message}`);
      health.set(faults.length > 0 ? 'invalid' : 'ok', faults);
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
      const isMissed = status === 'ok' && !(await file.exists());
      const isNews = (await file.hasChanged()) || (await state.hasChanged());
      if (isNews || isMissed || status === 'unreachable') await withLock(refresh);
    } catch (error) {
      health.set('unreachable', [(error as Error).message]);
    }
  }

  function followSoon(): void {
    if (isFollowing) return;
    isFollowing = true;
    void queue.run(follow);
  }

  /** Makes a file where there is none. With a revision in force somebody removed it, and gets it back. */
  async function create(lock: Lock | undefined): Promise<void> {
    const version = lostVersion + 1;
    const first = {
      revision: { version, configuration: defaults },
      record: {
        version,
        at: new Date().toISOString(),
        author: OWN_AUTHOR,
        comment: 'first start',
        changes: diff(EMPTY_CONFIGURATION, defaults),
      },
    };
    await place(current ?? first, lock);
  }

  async function commit(commit: Commit, lock: Lock | undefined): Promise<Revision> {
    await refresh(lock);
    const { status, faults } = health.present();
    if (status === 'unreachable') throw new RepositoryError(`${file.name} cannot be read or kept`);
    if (status === 'invalid') {
      throw new RepositoryError(`${file.name} cannot be used as it is:\n${faults.join('\n')}`);
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
    if (isReadOnlyDisk) throw new RepositoryError(`${file.name} is where nothing can be written`);
    await place(prepared, lock);
    return prepared.revision;
  }

  /** Errors of the file system as the port has them. What they really are goes into health, and so to the log. */
  async function reported<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      const told = toRepositoryError(error, file.name);
      if (told !== error) health.set('unreachable', [(error as Error).message]);
      throw told;
    }
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
    open: (opened) =>
      queue.run(async () => {
        observer = opened;
        try {
          await prepareDisk();
          await withLock(async (lock) => {
            await readState();
            if (!(await file.exists())) await create(lock);
            await refresh(lock);
            if (!isReadOnlyDisk) await completeHistory();
          });
        } catch (error) {
          throw toStartUpError(error, file.name);
        }
        stopWatching = watchFile(path, followSoon);
        return present().revision;
      }),
    health: health.present,
    commit: (given) => queue.run(() => reported(withLock((lock) => commit(given, lock)))),
    history: async (page) => pageOf(records, page),
    since: async (version) => records.filter((record) => record.version > version),
    noteKeyUses: (noted) =>
      queue.run(async () => {
        mergeUses(uses, noted);
        if (isReadOnlyDisk) return;
        const kept = new Set(present().revision.configuration.keys.map(idOf));
        await reported(withLock(() => state.noteKeyUses(noted, (id) => kept.has(id))));
      }),
    async keyUses() {
      return isReadOnlyDisk ? new Map(uses) : reported(state.readKeyUses());
    },
    adminTokenHash: (proposed) =>
      queue.run(async () => {
        if (!isReadOnlyDisk) {
          return reported(withLock(() => state.adminTokenHash(proposed)));
        }
        tokenHash ??= proposed;
        return tokenHash;
      }),
    async close() {
      stopWatching();
      observer = undefined;
      await queue.idle();
    },
  };
}
