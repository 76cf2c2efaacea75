import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { getTableConfig } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createPostgresRepository } from '../../lib/policy/postgres';
import { migrateTables } from '../../lib/policy/postgres/migrate';
import { entityTables, keyUses, settings, versions } from '../../lib/policy/postgres/schema';
import { InvalidConfigurationError, RepositoryError } from '../../lib/policy/repository';
import { policyOf, sampleConfiguration } from '../support/configurations';
import { PostgresServer } from '../support/postgres';
import { commitOf, editOf, type Followed, follow } from '../support/repositories';
import { temporaryFolder } from '../support/temporary-folder';

/** From being told of an outage, or its end, to having noticed, ms: a poll, a deadline and a pause. */
const NOTICE_MS = 20_000;

let server: PostgresServer;
let url: string;

beforeEach(async () => {
  server = await PostgresServer.start();
  url = await server.createDatabase();
});
afterEach(() => server.stop());

async function replica(lastKnown?: string): Promise<Followed> {
  const repository = createPostgresRepository({
    url,
    defaults: sampleConfiguration(),
    migrations: 'lib/policy/postgres/migrations',
    lastKnown: lastKnown ?? join(await temporaryFolder(), 'last-known.json'),
  });
  onTestFinished(() => repository.close());
  return follow(repository);
}

const status = ({ repository }: Followed) => repository.health().status;
const priorities = ({ newest }: Followed) =>
  newest().configuration.policies.map(({ priority }) => priority);
const priorityOne = (priority: number) =>
  commitOf([editOf('policies', policyOf('one', { priority }))]);

function eventually(assertion: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(assertion, { timeout: NOTICE_MS, interval: 20 });
}

describe('replicas that start at once', () => {
  it('make the tables and the first version once', async () => {
    const replicas = await Promise.all(Array.from({ length: 5 }, () => replica()));
    expect(replicas.map(status)).toEqual(Array(5).fill('ok'));
    expect(replicas.map(({ first }) => first.version)).toEqual(Array(5).fill(1));
    const count = 'select count(*)::int as count from floodgate.';
    expect(await server.run(url, `${count}migrations`)).toEqual([{ count: 1 }]);
    expect(await server.run(url, `${count}versions`)).toEqual([{ count: 1 }]);
  });

  it('make the tables once through a pooler that gives each transaction another session', async () => {
    const pool = new pg.Pool({ connectionString: url, max: 10, maxUses: 1 });
    // One that is being closed may see the server go.
    pool.on('connect', (client) => client.on('error', () => undefined));
    onTestFinished(() => pool.end());
    await Promise.all(
      Array.from({ length: 10 }, () =>
        migrateTables(drizzle(pool), 'lib/policy/postgres/migrations'),
      ),
    );
    expect(
      await server.run(url, 'select count(*)::int as count from floodgate.migrations'),
    ).toEqual([{ count: 1 }]);
  });

  it('need no right to make tables that are there', async () => {
    await replica();
    await server.run(
      url,
      `create role reader login; grant usage on schema floodgate to reader;
       grant select, insert, update, delete on all tables in schema floodgate to reader`,
    );
    url = url.replace('postgres@', 'reader@');
    const { repository, first } = await replica();
    expect([first.version, repository.health().status]).toEqual([1, 'ok']);
    expect((await repository.commit(priorityOne(3))).version).toBe(2);
  });
});

describe('the tables', () => {
  it('are what the code takes them for', async () => {
    await replica();
    const columns = await server.run(
      url,
      `select table_name, column_name, data_type, is_nullable from information_schema.columns
       where table_schema = 'floodgate' and table_name <> 'migrations' order by 1, 2`,
    );
    const expected = [...Object.values(entityTables), versions, keyUses, settings]
      .map((table) => getTableConfig(table))
      .flatMap(({ name, columns }) =>
        columns.map((column) => ({
          table_name: name,
          column_name: column.name,
          data_type: column.getSQLType(),
          is_nullable: column.notNull ? 'NO' : 'YES',
        })),
      );
    const key = (row: unknown) => JSON.stringify(row, ['table_name', 'column_name']);
    const sorted = (rows: readonly unknown[]) =>
      rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
    expect(sorted(columns)).toEqual(sorted(expected));
  });
});

describe('the kept hash of the admin token', () => {
  it.each(['', 'admin', 'z'.repeat(64)])('is refused by name when it is %j', async (kept) => {
    const { repository } = await replica();
    await server.run(url, "insert into floodgate.settings values ('admin_token_hash', $1)", [kept]);
    const hash = repository.adminTokenHash('b'.repeat(64));
    await expect(hash).rejects.toBeInstanceOf(InvalidConfigurationError);
    await expect(hash).rejects.toThrow('floodgate.settings admin_token_hash: is no SHA-256');
  });
});

describe('what the database refuses', () => {
  it.each([
    ['drop table floodgate.versions cascade', 'the tables of the database are not as they should'],
    ['alter database postgres set default_transaction_read_only = on', 'only be read'],
  ])('is told in plain words, and in its own for the log: %s', async (statement, words) => {
    const { repository, healths } = await replica();
    const database = new URL(url).pathname.slice(1);
    await server.run(url, statement.replace('database postgres', `database ${database}`));
    const error = await repository.commit(priorityOne(1)).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RepositoryError);
    expect((error as RepositoryError).message).toContain(words);
    expect((error as RepositoryError).message).not.toMatch(/floodgate|relation|transaction/);
    expect((error as RepositoryError).cause).toBeInstanceOf(Error);
    expect(healths[0]?.faults.join()).toMatch(/relation|read-only/);
  });
});

describe('a database that dies', () => {
  it('leaves the last revision in force, refuses commits, and is followed again when it is back', async () => {
    const [one, two] = await Promise.all([replica(), replica()]);
    await one.repository.commit(priorityOne(1));
    await eventually(() => expect(priorities(two)).toEqual([1, 0]));
    await server.kill();
    await eventually(() =>
      expect([status(one), status(two)]).toEqual(['unreachable', 'unreachable']),
    );
    expect(one.repository.health().faults.join()).not.toBe('');
    const error = await one.repository.commit(priorityOne(2)).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RepositoryError);
    expect((error as RepositoryError).message).toBe('the database does not answer');
    await expect(one.repository.history({ limit: 5 })).rejects.toBeInstanceOf(RepositoryError);
    expect(priorities(two)).toEqual([1, 0]);
    await server.restart();
    await eventually(() => expect([status(one), status(two)]).toEqual(['ok', 'ok']));
    await one.repository.commit(priorityOne(2));
    await eventually(() => expect(priorities(two)).toEqual([2, 0]));
    expect(two.healths.map((health) => health.status)).toEqual(['unreachable', 'ok']);
  }, 60_000);
});

describe('a database that hangs', () => {
  it('is noticed, and followed again when it answers', async () => {
    const [one, two] = await Promise.all([replica(), replica()]);
    server.pause();
    try {
      await eventually(() => expect(status(two)).toBe('unreachable'));
      await expect(one.repository.commit(priorityOne(2))).rejects.toBeInstanceOf(RepositoryError);
      expect(priorities(two)).toEqual([0, 0]);
    } finally {
      server.resume();
    }
    await eventually(() => expect([status(one), status(two)]).toEqual(['ok', 'ok']));
    // Whether the commit that got no answer was made is the database's to say; both know the same.
    const { version } = await one.repository.commit(priorityOne(9));
    await eventually(() => expect(two.newest().version).toBe(version));
    expect(priorities(two)).toEqual([9, 0]);
  }, 60_000);
});

describe('a replica that was not told', () => {
  it('catches up when its connection is made again', async () => {
    const [one, two] = await Promise.all([replica(), replica()]);
    await server.run(
      url,
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await one.repository.commit(priorityOne(4)).catch(() => one.repository.commit(priorityOne(4)));
    await eventually(() => expect(priorities(two)).toEqual([4, 0]));
    await eventually(() => expect(status(two)).toBe('ok'));
  });

  it('finds out by itself when no notification comes', async () => {
    const two = await replica();
    const tier = { name: 'silver', description: '' };
    const change = { kind: 'tiers', id: 'silver', before: null, after: tier };
    await server.run(
      url,
      `with version as (insert into floodgate.versions values (2, now(), 'sql', '', $1::jsonb))
       insert into floodgate.tiers values ('silver', $2::jsonb, 2)`,
      [JSON.stringify([change]), JSON.stringify(tier)],
    );
    await eventually(() => expect(two.newest().configuration.tiers).toContainEqual(tier));
  });

  it('follows a database that was put back to an earlier version and went on from there', async () => {
    const one = await replica();
    await one.repository.commit(priorityOne(1));
    await one.repository.commit(priorityOne(2));
    const back = policyOf('one', { priority: 7 });
    await server.run(
      url,
      `with gone as (delete from floodgate.versions where version = 3),
            other as (update floodgate.versions set at = at + interval '1 second' where version = 2)
       update floodgate.policies set definition = $1::jsonb, version = 2 where name = 'one'`,
      [JSON.stringify(back)],
    );
    await server.run(url, "notify floodgate_configuration, '2'");
    await eventually(() => expect(priorities(one)).toEqual([7, 0]));
    expect(one.newest().version).toBe(2);
    expect((await one.repository.commit(priorityOne(8))).version).toBe(3);
  });

  it('gives a database that was emptied what is in force', async () => {
    const one = await replica();
    await one.repository.commit(priorityOne(6));
    await server.run(url, 'drop schema floodgate cascade');
    await eventually(async () =>
      expect(await one.repository.since(0)).toMatchObject([
        { version: 1, author: 'floodgate', comment: 'the database was empty' },
      ]),
    );
    expect(priorities(one)).toEqual([6, 0]);
  });
});

describe('what the database holds', () => {
  it('is reported when it makes no sense, and the last good revision stays', async () => {
    const one = await replica();
    await server.run(
      url,
      `with version as (insert into floodgate.versions values (5, now(), 'sql', '', '[]'))
       update floodgate.policies set definition = '{"name": "one"}' where name = 'one'`,
    );
    await server.run(url, "notify floodgate_configuration, '5'");
    await eventually(() => expect(status(one)).toBe('invalid'));
    expect(one.repository.health().faults).toEqual([expect.stringContaining('policies[0].limits')]);
    expect(priorities(one)).toEqual([0, 0]);
    await expect(one.repository.commit(priorityOne(1))).rejects.toBeInstanceOf(RepositoryError);
    await server.run(
      url,
      "update floodgate.policies set definition = $1::jsonb where name = 'one'",
      [JSON.stringify(policyOf('one', { priority: 3 }))],
    );
    await eventually(() => expect([status(one), ...priorities(one)]).toEqual(['ok', 3, 0]));
  });
});

describe('a replica that starts without its database', () => {
  it('serves the last known revision, then follows', async () => {
    const lastKnown = join(await temporaryFolder(), 'last-known.json');
    const before = await replica(lastKnown);
    await before.repository.commit(priorityOne(5));
    await before.repository.close();
    await server.kill();
    const after = await replica(lastKnown);
    expect(status(after)).toBe('unreachable');
    expect([after.first.version, ...priorities(after)]).toEqual([2, 5, 0]);
    await server.restart();
    await eventually(() => expect(status(after)).toBe('ok'));
    expect(after.revisions).toEqual([]);
    expect((await after.repository.commit(priorityOne(6))).version).toBe(3);
  }, 60_000);

  it('serves the defaults when it has never seen one', async () => {
    await server.kill();
    const early = await replica();
    expect(early.first).toEqual({ version: 0, configuration: sampleConfiguration() });
    expect(status(early)).toBe('unreachable');
    await server.restart();
    await eventually(() => expect(early.newest().version).toBe(1));
  }, 60_000);
});
