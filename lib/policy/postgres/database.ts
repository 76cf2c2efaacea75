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

export function createDatabase(url: string): Database {
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

async function asRepositoryError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isRefusal(error) || error instanceof RepositoryError) throw error;
    throw new RepositoryError(`the database: ${reasonOf(error)}`, { cause: error });
  }
}
