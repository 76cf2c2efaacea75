import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { ConflictError, InvalidConfigurationError, RepositoryError } from '../repository';

const CONNECT_MS = 3_000;
/** Longest wait for an answer, ms; an import of everything there can be takes a few seconds. */
const QUERY_MS = 10_000;
const MOST_CONNECTIONS = 4;

export function connectionOptions(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    // On this side, since a server that hangs keeps no time.
    query_timeout: QUERY_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: 'floodgate',
  };
}

/** Connections for what is asked now and then. */
export interface Database {
  /** @throws RepositoryError */
  query<T>(work: (db: NodePgDatabase) => Promise<T>): Promise<T>;
  /**
   * All or nothing. A connection that failed is closed, so that the server ends what was begun on it.
   * @throws RepositoryError, ConflictError and InvalidConfigurationError
   */
  transaction<T>(work: (db: NodePgDatabase) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** @param onFailure what becomes a RepositoryError, with what the driver said */
export function createDatabase(url: string, onFailure: (error: unknown) => void): Database {
  const pool = new pg.Pool({ ...connectionOptions(url), max: MOST_CONNECTIONS });
  // Who asks is told by a failing query. Without listeners, on the pool for idle connections and on each for
  // those in use, a lost connection would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));

  async function transaction<T>(work: (db: NodePgDatabase) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    const db = drizzle(client);
    let isBroken = true;
    try {
      await client.query('begin');
      await client.query(`set local statement_timeout = ${QUERY_MS}`);
      const result = await work(db);
      await client.query('commit');
      isBroken = false;
      return result;
    } catch (error) {
      if (isRefusal(error)) {
        await client.query('rollback');
        isBroken = false;
      }
      throw error;
    } finally {
      client.release(isBroken);
    }
  }

  async function asRepositoryError<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (isRefusal(error) || error instanceof RepositoryError) throw error;
      onFailure(error);
      throw new RepositoryError(wordsFor(error), { cause: error });
    }
  }

  return {
    query: (work) => asRepositoryError(work(drizzle(pool))),
    transaction: (work) => asRepositoryError(transaction(work)),
    async close() {
      if (!pool.ending) await pool.end();
    },
  };
}

/** What went wrong, without the statement: its parameters may hold hashes. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  const { code } = error as NodeJS.ErrnoException;
  // A name with several addresses fails with an error for each and no message of its own.
  return error.message || code || error.name;
}

function isRefusal(error: unknown): boolean {
  return error instanceof ConflictError || error instanceof InvalidConfigurationError;
}

/** By the class of PostgreSQL's error codes: what can be said without its names and addresses. */
const WORDS: Readonly<Record<string, string>> = {
  '23': 'the database holds something that this change does not go with',
  '25': 'the database can only be read',
  '28': 'the database does not let Floodgate in',
  '42': 'the tables of the database are not as they should be, or may not be used',
  '53': 'the database has no room or connections left',
  '57': 'the database is stopping or starting',
};

function wordsFor(error: unknown): string {
  const sqlState = error instanceof Error ? sqlStateOf(error) : undefined;
  if (sqlState === undefined) return 'the database does not answer';
  return WORDS[sqlState.slice(0, 2)] ?? 'the database refuses';
}

function sqlStateOf(error: Error): string | undefined {
  if (error instanceof pg.DatabaseError) return error.code;
  return error.cause instanceof Error ? sqlStateOf(error.cause) : undefined;
}
