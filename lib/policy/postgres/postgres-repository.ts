import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Commit, Revision } from '../change';
import { applyChanges, reuse } from '../changes';
import { prepareCommit } from '../commit';
import { createHealthReport } from '../health-report';
import { type Configuration, kinds } from '../model';
import { createQueue } from '../queue';
import { firstRecord, OWN_AUTHOR, pageLimit } from '../records';
import {
  InvalidConfigurationError,
  type Observer,
  type Repository,
  RepositoryError,
} from '../repository';
import { createDatabase, reasonOf } from './database';
import { readKeyUses, readOrKeepTokenHash, writeKeyUses } from './extras';
import { createLastKnown } from './last-known';
import { CHANNEL, createListener } from './listener';
import { migrateTables } from './migrate';
import { type Head, readHead, readPage, readRecordsFrom, readRevision, writeRecord } from './rows';

/** Held by the one transaction that may make a version. */
const COMMIT_LOCK = 0x666c_6f6f_6402;
/** Longest wait for the answer that shows whether the database is there, ms. */
const PING_MS = 3_000;
/** With more versions than that to catch up on, everything is read anew. */
const MOST_STEPS = 200;

export interface PostgresRepositoryOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /** What a database without a version begins with. */
  readonly defaults: Configuration;
  /** Folder of the migrations. */
  readonly migrations: string;
  /** File of the last known revision. */
  readonly lastKnown: string;
}

/** A revision, and where in which history it stands; undefined: it did not come from the database. */
interface Known {
  readonly revision: Revision;
  readonly head: Head | undefined;
}

/** Configuration in PostgreSQL, 14 or later, shared by any number of replicas. */
export function createPostgresRepository(options: PostgresRepositoryOptions): Repository {
  const { url, defaults, migrations } = options;
  const database = createDatabase(url, (error) => health.set('unreachable', [reasonOf(error)]));
  const lastKnown = createLastKnown(options.lastKnown);
  const queue = createQueue();
  const health = createHealthReport('postgres', () => observer);
  let observer: Observer | undefined;
  let known: Known | undefined;

  const listener = createListener({
    url,
    async onConnect(db) {
      await migrateTables(db, migrations);
      await follow(db);
    },
    onSignal: follow,
    onLost: (error) => health.set('unreachable', [reasonOf(error)]),
  });

  /** Takes over what others committed. @throws when the database does not answer */
  function follow(db: NodePgDatabase): Promise<void> {
    return queue.run(async () => {
      const head = await withDeadline(readHead(db), PING_MS);
      try {
        if (head === undefined) await seed(db);
        else if (!isSameHead(head, known?.head)) await inSnapshot(db, catchUp);
        health.set('ok');
      } catch (error) {
        if (!(error instanceof InvalidConfigurationError)) throw error;
        health.set('invalid', error.message.split('\n'));
        // Something has to serve until it is mended.
        known ??= await fallback();
      }
    });
  }

  /** @throws InvalidConfigurationError when what is there cannot be used */
  async function catchUp(db: NodePgDatabase): Promise<Revision> {
    const stepped = known && (await step(db, known));
    const next = stepped ?? (await readAll(db));
    adopt(next);
    return next.revision;
  }

  /** Follows version by version; undefined where they don't lead on from what is known. */
  async function step(db: NodePgDatabase, { revision, head }: Known): Promise<Known | undefined> {
    if (head === undefined) return undefined;
    const newest = await readHead(db);
    if (newest === undefined || newest.version - head.version > MOST_STEPS) return undefined;
    if (isSameHead(newest, head)) return { revision, head };
    const [own, ...records] = await readRecordsFrom(db, head.version);
    if (own === undefined || !isSameHead(own, head)) return undefined;
    const isUnbroken = records.every(({ version }, index) => version === head.version + index + 1);
    if (!isUnbroken) return undefined;
    const configuration = records.reduce(
      (before, { changes }) => applyChanges(before, changes),
      revision.configuration,
    );
    const { version, at } = records.at(-1) ?? head;
    return { revision: { version, configuration }, head: { version, at } };
  }

  async function readAll(db: NodePgDatabase): Promise<Known> {
    const read = await readRevision(db);
    if (read === undefined) throw new RepositoryError('the database holds no version yet');
    const { version, configuration } = read.revision;
    if (known === undefined) return read;
    const reused = reuse(known.revision.configuration, configuration);
    return { revision: { version, configuration: reused }, head: read.head };
  }

  function adopt(next: Known): void {
    const isFirst = known === undefined;
    const isNews = known === undefined || !isSameRevision(known.revision, next.revision);
    known = next;
    if (isNews) lastKnown.note(next.revision);
    if (isNews && !isFirst) observer?.onRevision(next.revision);
  }

  /** One replica writes the first version, the others find it. */
  async function seed(db: NodePgDatabase): Promise<void> {
    await db.transaction(async (tx) => {
      await lockCommits(tx);
      if ((await readHead(tx)) !== undefined) return;
      // A database that was made anew under a running replica gets back what is in force.
      const isLost = known?.head !== undefined;
      const first = firstRecord(isLost && known ? known.revision.configuration : defaults, {
        author: OWN_AUTHOR,
        comment: isLost ? 'the database was empty' : 'first start',
        at: new Date().toISOString(),
      });
      await writeRecord(tx, first.record);
      await notify(tx, 1);
    });
    await inSnapshot(db, catchUp);
  }

  async function commit(commit: Commit): Promise<Revision> {
    const { revision, head } = await database.transaction(async (db): Promise<Known> => {
      await lockCommits(db);
      const present = await readable(catchUp(db));
      const { baseVersion = present.version } = commit;
      const prepared = prepareCommit({
        present,
        recordsSince:
          baseVersion < present.version ? await readable(readRecordsFrom(db, baseVersion + 1)) : [],
        commit,
        at: new Date().toISOString(),
      });
      if (prepared === undefined) return { revision: present, head: known?.head };
      const { record } = prepared;
      await writeRecord(db, record);
      await notify(db, record.version);
      return { revision: prepared.revision, head: { version: record.version, at: record.at } };
    });
    adopt({ revision, head });
    return revision;
  }

  async function fallback(): Promise<Known> {
    const revision = (await lastKnown.read()) ?? { version: 0, configuration: defaults };
    return { revision, head: undefined };
  }

  return {
    kind: 'postgres',
    async open(opened) {
      observer = opened;
      await listener.start();
      const kept = known ?? (await fallback());
      known ??= kept;
      return known.revision;
    },
    health: health.present,
    commit: (given) => queue.run(() => commit(given)),
    history: (page) => database.query((db) => readable(readPage(db, page.before, pageLimit(page)))),
    since: (version) => database.query((db) => readable(readRecordsFrom(db, version + 1))),
    noteKeyUses: (uses) => database.query((db) => writeKeyUses(db, uses)),
    keyUses: () => database.query(readKeyUses),
    adminTokenHash: (proposed) => database.query((db) => readOrKeepTokenHash(db, proposed)),
    async close() {
      observer = undefined;
      await listener.close();
      await queue.idle();
      await lastKnown.close();
      await database.close();
    },
  };
}

/** Everything read in it is of one moment. */
function inSnapshot<T>(db: NodePgDatabase, work: (db: NodePgDatabase) => Promise<T>): Promise<T> {
  return db.transaction(work, { isolationLevel: 'repeatable read', accessMode: 'read only' });
}

async function lockCommits(db: NodePgDatabase): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(${COMMIT_LOCK})`);
}

/** Sent when the transaction is committed. */
async function notify(db: NodePgDatabase, version: number): Promise<void> {
  await db.execute(sql`select pg_notify(${CHANNEL}, ${String(version)})`);
}

function isSameHead(one: Head, other: Head | undefined): boolean {
  return one.version === other?.version && one.at === other.at;
}

function isSameRevision(one: Revision, other: Revision): boolean {
  const isSame = kinds.every((kind) => one.configuration[kind] === other.configuration[kind]);
  return isSame && one.version === other.version;
}

/** What the database holds is not the caller's fault. */
async function readable<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof InvalidConfigurationError)) throw error;
    const message = `the database holds what cannot be used:\n${error.message}`;
    throw new RepositoryError(message, { cause: error });
  }
}

async function withDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
