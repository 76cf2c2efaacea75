import { setTimeout as sleep } from 'node:timers/promises';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { connectionOptions } from './database';

export const CHANNEL = 'floodgate_configuration';

/** How often is looked without having been told, ms: a notification can be lost, as in a pooler. */
const POLL_MS = 5_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 3_000;

export interface ListenerOptions {
  readonly url: string;
  /** On each new connection, already listening, before anything else. */
  readonly onConnect: (db: NodePgDatabase) => Promise<void>;
  /** Something may have changed. What it throws ends the connection. */
  readonly onSignal: (db: NodePgDatabase) => Promise<void>;
  /** After every try that failed, and when a connection ended. */
  readonly onLost: (error: unknown) => void;
}

/** A connection that listens for changes, made again for as long as it takes. */
export interface Listener {
  /** Resolves when the first try has ended, well or not. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export function createListener(options: ListenerOptions): Listener {
  const { url, onConnect, onSignal, onLost } = options;
  const closing = new AbortController();
  let running: Promise<void> = Promise.resolve();

  /** Lives as long as one connection. @throws why it ended */
  async function listen(onReady: () => void): Promise<never> {
    const client = new pg.Client(connectionOptions(url));
    let lost: Error | undefined;
    let isTold = false;
    let wake = () => {};
    const lose = (error: Error) => {
      lost ??= error;
      wake();
    };
    const end = () => {
      lose(new Error('the connection ended'));
      // Closes the socket at once where an answer is still due.
      void client.end().catch(() => undefined);
    };
    client.on('error', lose);
    client.on('end', end);
    client.on('notification', () => {
      isTold = true;
      wake();
    });
    closing.signal.addEventListener('abort', end);
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      const db = drizzle(client);
      await onConnect(db);
      onReady();
      for (;;) {
        if (!isTold && lost === undefined) {
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, around(POLL_MS));
            wake = () => {
              clearTimeout(timer);
              resolve();
            };
          });
        }
        if (lost !== undefined) throw lost;
        isTold = false;
        await onSignal(db);
      }
    } finally {
      closing.signal.removeEventListener('abort', end);
      end();
    }
  }

  async function run(onTried: () => void): Promise<void> {
    let failures = 0;
    while (!closing.signal.aborted) {
      try {
        await listen(() => {
          failures = 0;
          onTried();
        });
      } catch (error) {
        if (!closing.signal.aborted) onLost(error);
      }
      onTried();
      const pauseMs = around(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures));
      failures += 1;
      await sleep(pauseMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  return {
    start: () =>
      new Promise((resolve) => {
        running = run(resolve);
      }),
    async close() {
      closing.abort();
      await running;
    },
  };
}

/** By chance up to a half shorter or longer, so that replicas don't ask in step. */
function around(ms: number): number {
  return ms * (0.5 + Math.random());
}
