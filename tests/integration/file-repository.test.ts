import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFile,
  chmod,
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createFileRepository } from '../../lib/policy/file';
import { InvalidConfigurationError, RepositoryError } from '../../lib/policy/repository';
import { keyOf, policyOf, sampleConfiguration } from '../support/configurations';
import { commitOf, editOf, type Followed, follow } from '../support/repositories';
import { temporaryFolder } from '../support/temporary-folder';

let folder: string;
let path: string;
const stateFile = (name: string) => join(folder, '.floodgate', name);

beforeEach(async () => {
  folder = await temporaryFolder();
  path = join(folder, 'floodgate.config.json');
});

async function open(): Promise<Followed> {
  const repository = createFileRepository({ path, defaults: sampleConfiguration() });
  onTestFinished(() => repository.close());
  return follow(repository);
}

const priorityOne = (priority: number) =>
  commitOf([editOf('policies', policyOf('one', { priority }))]);
const tierOf = (name: string) => commitOf([editOf('tiers', { name, description: '' })]);
const priorities = ({ newest }: Followed) =>
  newest().configuration.policies.map(({ priority }) => priority);
const versionsOf = async ({ repository }: Followed) =>
  (await repository.since(0)).map(({ version, author }) => `${version} ${author}`);

interface Written {
  $schema?: string;
  policies: Record<string, unknown>[];
  tiers: Record<string, unknown>[];
  keys: Record<string, unknown>[];
}
const document = async () => JSON.parse(await readFile(path, 'utf8')) as Written;

async function edit(change: (document: Written) => void): Promise<void> {
  const written = await document();
  change(written);
  await writeFile(path, JSON.stringify(written));
}

function soon(assertion: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(assertion, { timeout: 2_000, interval: 10 });
}

describe('the file', () => {
  it('is made with its schema first, for its owner only', async () => {
    await open();
    expect(Object.entries(await document())[0]).toEqual([
      '$schema',
      './.floodgate/config.schema.json',
    ]);
    expect(JSON.parse(await readFile(stateFile('config.schema.json'), 'utf8'))).toMatchObject({
      type: 'object',
    });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(stateFile('current.json'))).mode & 0o777).toBe(0o600);
  });

  it('keeps what somebody wrote as it was written', async () => {
    const { repository } = await open();
    const own = {
      limits: [{ window_ms: 1_000, quota: 1, algorithm: 'fixed-window' }],
      name: 'own',
    };
    await edit(({ policies }) => policies.unshift(own));
    await repository.commit(priorityOne(3));
    const { policies } = await document();
    expect(JSON.stringify(policies[0])).toBe(JSON.stringify(own));
    expect(policies[1]).toMatchObject({ name: 'one', priority: 3 });
  });

  it('stays where a link points, with the rights it has', async () => {
    const target = join(folder, 'elsewhere.json');
    await writeFile(target, '{}');
    await chmod(target, 0o640);
    await symlink(target, path);
    const { repository } = await open();
    await repository.commit(tierOf('silver'));
    expect((await lstat(path)).isSymbolicLink()).toBe(true);
    expect((await stat(target)).mode & 0o777).toBe(0o640);
    expect((await document()).tiers).toEqual([{ name: 'silver' }]);
  });

  it('comes back when it was removed while nothing ran', async () => {
    const { repository } = await open();
    await repository.commit(priorityOne(3));
    await repository.close();
    await rm(path);
    const again = await open();
    expect([again.first.version, ...priorities(again)]).toEqual([2, 3, 0]);
    expect((await document()).policies[0]).toMatchObject({ priority: 3 });
  });

  it('leaves no temporary files', async () => {
    const { repository } = await open();
    await repository.commit(priorityOne(3));
    expect((await readdir(folder)).toSorted()).toEqual(['.floodgate', 'floodgate.config.json']);
    expect((await readdir(join(folder, '.floodgate'))).toSorted()).toEqual([
      'config.schema.json',
      'current.json',
      'history.jsonl',
    ]);
  });
});

describe('an edit by hand', () => {
  it('is a version, by file, within a second', async () => {
    const opened = await open();
    await edit(({ policies }) => Object.assign(policies[0] ?? {}, { priority: 9 }));
    await vi.waitFor(() => expect(priorities(opened)).toEqual([9, 0]), 1_000);
    expect(await opened.repository.since(1)).toMatchObject([
      {
        author: 'file',
        comment: 'edited by hand',
        changes: [{ id: 'one', before: { priority: 0 }, after: { priority: 9 } }],
      },
    ]);
  });

  it('is noticed when the file is replaced, as editors do', async () => {
    const opened = await open();
    const other = { ...(await document()), tiers: [{ name: 'gold' }, { name: 'new' }] };
    await writeFile(`${path}~`, JSON.stringify(other));
    await rename(`${path}~`, path);
    await soon(() => expect(opened.newest().configuration.tiers).toHaveLength(2));
  });

  it('is no version when it changes nothing but spaces and order', async () => {
    const { repository } = await open();
    await edit(({ policies }) => policies.reverse());
    const revision = await repository.commit(tierOf('silver'));
    expect(revision.version).toBe(2);
    expect((await document()).policies.map(({ name }) => name)).toEqual(['two', 'one']);
  });

  it('is taken in before a commit that comes right after it', async () => {
    const opened = await open();
    await edit(({ policies }) => Object.assign(policies[1] ?? {}, { priority: 9 }));
    await opened.repository.commit(priorityOne(3));
    expect(priorities(opened)).toEqual([3, 9]);
    expect(await versionsOf(opened)).toEqual(['1 floodgate', '2 file', '3 tester']);
  });

  const KEY = 'aaaaaaaaaaaa';
  const REVOKED_AT = '2026-02-01T00:00:00.000Z';
  const revocation = commitOf([editOf('keys', keyOf(KEY, 'acme', { revoked_at: REVOKED_AT }))]);
  const inForce = ({ newest }: Followed) => newest().configuration.keys;

  it('that puts an older file back revives no key, and the file says so', async () => {
    const opened = await open();
    await copyFile(path, `${path}.old`);
    await opened.repository.commit(revocation);
    await opened.repository.commit(priorityOne(3));
    await copyFile(`${path}.old`, path);
    await soon(() => expect(priorities(opened)).toEqual([0, 0]));
    expect(inForce(opened)).toEqual([keyOf(KEY, 'acme', { revoked_at: REVOKED_AT })]);
    expect((await document()).keys).toMatchObject([{ id: KEY, revoked_at: REVOKED_AT }]);
    expect(await versionsOf(opened)).toEqual(['1 floodgate', '2 tester', '3 tester', '4 file']);
  });

  it('that would do nothing but revive a key is no version, and is taken back', async () => {
    const opened = await open();
    await opened.repository.commit(revocation);
    await edit(({ keys, policies }) => {
      delete keys[0]?.revoked_at;
      policies.reverse();
    });
    await soon(async () =>
      expect((await document()).keys).toMatchObject([{ id: KEY, revoked_at: REVOKED_AT }]),
    );
    expect((await document()).policies.map(({ name }) => name)).toEqual(['two', 'one']);
    expect(await versionsOf(opened)).toEqual(['1 floodgate', '2 tester']);
    expect(opened.repository.health().status).toBe('ok');
  });

  it('gives the secret of a removed key no other id', async () => {
    const opened = await open();
    await edit(({ keys }) => keys.splice(0));
    await soon(() => expect(inForce(opened)).toEqual([]));
    await edit(({ keys }) => keys.push({ ...keyOf('bbbbbbbbbbbb', 'acme') }));
    await soon(() => expect(inForce(opened)).toMatchObject([{ revoked_at: expect.any(String) }]));
    const [{ revoked_at = undefined } = {}] = inForce(opened);
    expect((await document()).keys).toMatchObject([{ id: 'bbbbbbbbbbbb', revoked_at }]);
  });

  it('made while nothing ran revives no key either', async () => {
    const { repository } = await open();
    await repository.commit(revocation);
    await repository.close();
    await edit(({ keys }) => delete keys[0]?.revoked_at);
    expect(inForce(await open())).toMatchObject([{ id: KEY, revoked_at: REVOKED_AT }]);
    expect((await document()).keys).toMatchObject([{ id: KEY, revoked_at: REVOKED_AT }]);
  });

  it('that cannot be kept is tried again until it can', async () => {
    const opened = await open();
    const current = stateFile('.current.json.tmp');
    await mkdir(current);
    await edit(({ policies }) => Object.assign(policies[0] ?? {}, { priority: 9 }));
    await soon(() => expect(opened.repository.health().status).toBe('unreachable'));
    expect(priorities(opened)).toEqual([0, 0]);
    await rm(current, { recursive: true });
    await soon(() => expect(priorities(opened)).toEqual([9, 0]));
    await soon(() => expect(opened.repository.health().status).toBe('ok'));
  });

  it('made while nothing ran is a version at the next opening', async () => {
    const { repository } = await open();
    await repository.close();
    await edit(({ policies }) => Object.assign(policies[0] ?? {}, { priority: 9 }));
    expect(await versionsOf(await open())).toEqual(['1 floodgate', '2 file']);
  });
});

describe('a broken edit', () => {
  it.each([
    ['is no JSON', '{\n  "policies": [,]\n}', ['line 2, column 16: expected a value, found ","']],
    [
      'makes no sense',
      '{"policies": [{"name": "one"}], "extra": 1}',
      ['policies[0].limits: is missing', 'extra: is no member of this'],
    ],
  ])('that %s is told, not overwritten, and changes nothing', async (_, text, faults) => {
    const opened = await open();
    const { repository } = opened;
    await writeFile(path, text);
    await soon(() => expect(repository.health()).toMatchObject({ status: 'invalid', faults }));
    expect(opened.healths).toHaveLength(1);
    await expect(repository.commit(priorityOne(3))).rejects.toThrow(RepositoryError);
    await expect(repository.commit(priorityOne(3))).rejects.toThrow(faults[0] ?? '');
    expect(await readFile(path, 'utf8')).toBe(text);
    expect([opened.revisions, await versionsOf(opened)]).toEqual([[], ['1 floodgate']]);
  });

  it('is forgotten when it is mended', async () => {
    const opened = await open();
    await copyFile(path, `${path}.good`);
    await writeFile(path, '{');
    await soon(() => expect(opened.repository.health().status).toBe('invalid'));
    await copyFile(`${path}.good`, path);
    await soon(() =>
      expect(opened.repository.health()).toMatchObject({ status: 'ok', faults: [] }),
    );
    expect((await opened.repository.commit(priorityOne(3))).version).toBe(2);
  });

  it('that removes the file is told, and the file not made again', async () => {
    const { repository } = await open();
    await rm(path);
    await soon(() =>
      expect(repository.health().faults).toEqual(['floodgate.config.json: is missing']),
    );
    await expect(repository.commit(priorityOne(3))).rejects.toThrow(RepositoryError);
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  it('found at the start leaves the last good revision in force', async () => {
    const before = await open();
    await before.repository.commit(priorityOne(3));
    await before.repository.close();
    await writeFile(path, '{');
    const after = await open();
    expect([after.first.version, ...priorities(after)]).toEqual([2, 3, 0]);
    expect(after.repository.health().status).toBe('invalid');
  });

  it.each([
    [
      '{"tiers": [{"name": "A"}], "clients": [{}]}',
      ['floodgate.config.json: tiers[0].name', 'floodgate.config.json: clients[0].name'],
    ],
    ['', ['floodgate.config.json: line 1, column 1']],
    ['[]', ['floodgate.config.json']],
    [Buffer.from([0xff]), ['floodgate.config.json']],
  ])(
    'found at the first start is refused with all its faults, naming the file: %j',
    async (content, paths) => {
      await writeFile(path, content);
      const opening = open();
      await expect(opening).rejects.toBeInstanceOf(InvalidConfigurationError);
      await expect(opening).rejects.toMatchObject({
        faults: paths.map((where) => ({ path: where })),
      });
    },
  );
});

describe('after a crash', () => {
  const history = () => readFile(stateFile('history.jsonl'), 'utf8');

  async function commitTwice(): Promise<void> {
    const { repository } = await open();
    await repository.commit(priorityOne(2));
    await copyFile(stateFile('current.json'), stateFile('current.json.old'));
    await copyFile(stateFile('history.jsonl'), stateFile('history.jsonl.old'));
    await repository.commit(priorityOne(3));
    await repository.close();
  }

  it('between file and revision the change is there, as an edit by hand', async () => {
    await commitTwice();
    await rename(stateFile('current.json.old'), stateFile('current.json'));
    await rename(stateFile('history.jsonl.old'), stateFile('history.jsonl'));
    const opened = await open();
    expect(priorities(opened)).toEqual([3, 0]);
    expect(await versionsOf(opened)).toEqual(['1 floodgate', '2 tester', '3 file']);
  });

  it('between revision and history the history is made whole', async () => {
    await commitTwice();
    const whole = await history();
    await rename(stateFile('history.jsonl.old'), stateFile('history.jsonl'));
    const opened = await open();
    expect(await versionsOf(opened)).toEqual(['1 floodgate', '2 tester', '3 tester']);
    expect(await history()).toBe(whole);
  });

  it('within a line of the history the line is written again', async () => {
    await commitTwice();
    const whole = await history();
    await writeFile(stateFile('history.jsonl'), whole.slice(0, -20));
    const opened = await open();
    expect(await versionsOf(opened)).toEqual(['1 floodgate', '2 tester', '3 tester']);
    expect(await history()).toBe(whole);
  });

  it('of another process, its history is made whole before the next version', async () => {
    const opened = await open();
    await appendFile(stateFile('history.jsonl'), '{"version":2,"at":"20');
    await opened.repository.commit(priorityOne(2));
    const lines = (await history()).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { version: number }).version)).toEqual([1, 2]);
  });

  it('counts on when the revision in force cannot be read', async () => {
    await commitTwice();
    await writeFile(stateFile('current.json'), '{');
    const opened = await open();
    expect(priorities(opened)).toEqual([3, 0]);
    expect(await versionsOf(opened)).toEqual(['4 file']);
  });

  it('of a process that held the lock, others go on', async () => {
    const { repository } = await open();
    const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await once(child, 'exit');
    const { hostname } = await import('node:os');
    await writeFile(stateFile('lock'), `${child.pid} ${hostname()} of-the-dead`);
    expect((await repository.commit(priorityOne(2))).version).toBe(2);
    await expect(stat(stateFile('lock'))).rejects.toThrow('ENOENT');
  });

  it('at any moment, nothing that was answered is lost', async () => {
    const told: string[] = [];
    for (let round = 0; round < 6; round++) {
      const child = startCommitter(`r${round}`, 1_000);
      const enough = 3 + round * 2;
      for await (const line of createInterface(child.stdout)) {
        told.push(line);
        if (told.filter((name) => name.startsWith(`r${round}-`)).length === enough) {
          child.kill('SIGKILL');
          break;
        }
      }
      if (child.signalCode === null) await once(child, 'exit');
    }
    const opened = await open();
    const tiers = opened.first.configuration.tiers.map(({ name }) => name);
    expect(told.filter((name) => !tiers.includes(name))).toEqual([]);
    const versions = (await opened.repository.since(0)).map(({ version }) => version);
    expect(versions).toEqual(Array.from({ length: opened.first.version }, (_, index) => index + 1));
    expect((await document()).tiers.map(({ name }) => name)).toEqual(tiers);
  }, 60_000);
});

function startCommitter(name: string, count: number) {
  return spawn(
    process.execPath,
    ['--import', 'tsx', 'tests/support/committer.ts', path, name, String(count)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
}

describe('several processes on one file', () => {
  it('lose nothing and follow each other', async () => {
    const opened = await open();
    const children = ['a', 'b', 'c'].map((name) => startCommitter(name, 20));
    await Promise.all(
      children.map((child) => {
        child.stdout.resume();
        return once(child, 'exit');
      }),
    );
    await soon(() => expect(opened.newest().version).toBe(61));
    expect(opened.newest().configuration.tiers).toHaveLength(61);
    expect(await versionsOf(opened)).toHaveLength(61);
  }, 60_000);
});

describe('the history', () => {
  it('keeps the newest 1,000 versions', async () => {
    const { repository } = await open();
    await repository.close();
    const [line = ''] = (await readFile(stateFile('history.jsonl'), 'utf8')).split('\n');
    const first = JSON.parse(line) as { version: number };
    const lines = Array.from({ length: 1_100 }, (_, index) =>
      JSON.stringify({ ...first, version: index + 1, changes: [] }),
    );
    await writeFile(stateFile('history.jsonl'), `${lines.join('\n')}\n`);
    const current = JSON.parse(await readFile(stateFile('current.json'), 'utf8')) as object;
    const record = { ...first, version: 1_100, changes: [] };
    await writeFile(stateFile('current.json'), JSON.stringify({ ...current, record }));
    const again = await open();
    await again.repository.commit(tierOf('silver'));
    const kept = (await readFile(stateFile('history.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(kept).toHaveLength(1_000);
    expect(await again.repository.since(0)).toHaveLength(1_000);
    expect((await again.repository.history({ limit: 1 }))[0]?.version).toBe(1_101);
  });
});

describe('a folder that cannot be written', () => {
  it.skipIf(process.getuid?.() === 0)('serves the file and refuses commits', async () => {
    await writeFile(path, '{"tiers": [{"name": "gold"}]}');
    await chmod(folder, 0o555);
    onTestFinished(() => chmod(folder, 0o755));
    const { repository, first } = await open();
    expect(first.configuration.tiers).toHaveLength(1);
    await expect(repository.commit(tierOf('silver'))).rejects.toThrow(RepositoryError);
    expect(await repository.adminTokenHash('a'.repeat(64))).toBe('a'.repeat(64));
    expect(await repository.adminTokenHash('b'.repeat(64))).toBe('a'.repeat(64));
  });
});

describe('a file that is none', () => {
  const firstFaults = () =>
    open().catch((error: unknown) => (error as InvalidConfigurationError).faults);

  it('is named at the start', async () => {
    await mkdir(path);
    expect(await firstFaults()).toEqual([
      { path: 'floodgate.config.json', message: 'is a folder (EISDIR)' },
    ]);
  });

  it('is named when it is a link to itself', async () => {
    await symlink(path, path);
    expect(await firstFaults()).toEqual([
      { path: 'floodgate.config.json', message: 'is a link that leads back to itself (ELOOP)' },
    ]);
  });

  it('is told to who commits without what the file system says', async () => {
    const { repository } = await open();
    await mkdir(stateFile('.current.json.tmp'));
    const error = await repository.commit(priorityOne(3)).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RepositoryError);
    expect(error).toMatchObject({
      message: '.current.json.tmp is a folder',
      cause: { code: 'EISDIR' },
    });
    expect(repository.health().faults).toEqual([expect.stringContaining('EISDIR')]);
  });
});

describe('the kept hash of the admin token', () => {
  it.each(['', 'admin', 'z'.repeat(64), 'A'.repeat(64), 'a'.repeat(63)])(
    'is refused by name when it is %j',
    async (kept) => {
      const { repository } = await open();
      await writeFile(stateFile('admin-token'), kept);
      const hash = repository.adminTokenHash('b'.repeat(64));
      await expect(hash).rejects.toBeInstanceOf(InvalidConfigurationError);
      await expect(hash).rejects.toThrow('.floodgate/admin-token: is no SHA-256');
      expect(await readFile(stateFile('admin-token'), 'utf8')).toBe(kept);
    },
  );
});
