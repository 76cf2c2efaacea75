import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { printDocument } from '../../lib/policy/document';
import { clientOf, keyOf, sampleConfiguration } from '../support/configurations';
import { PostgresServer } from '../support/postgres';
import { temporaryFolder } from '../support/temporary-folder';

const COMMAND = `
  import { configCommand } from './lib/config-command.ts';
  process.exitCode = await configCommand(process.argv.slice(1));
`;

let server: PostgresServer;
let folder: string;
let environment: Record<string, string>;

beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server.stop());
beforeEach(async () => {
  folder = await temporaryFolder();
  environment = { FLOODGATE_CONFIG: join(folder, 'floodgate.config.json') };
});

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly notes: string;
}

async function config(words: readonly string[], input = ''): Promise<Outcome> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', COMMAND, '--', ...words],
    { env: { PATH: process.env.PATH, NODE_ENV: 'test', ...environment } },
  );
  child.stdin.end(input);
  const [out, notes] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code: child.exitCode, out, notes };
}

/** A document in a file. */
async function fileOf(content: string): Promise<string> {
  const file = join(folder, 'document.json');
  await writeFile(file, content);
  return file;
}

const sample = () => printDocument(sampleConfiguration());

describe('export', () => {
  it('prints what import makes, and nothing else', async () => {
    const file = await fileOf(sample());
    expect(await config(['import', file])).toMatchObject({ code: 0, notes: 'version 2\n' });
    expect(await config(['export'])).toEqual({ code: 0, out: sample(), notes: '' });
  });

  it('writes a file for its owner only', async () => {
    const file = join(folder, 'exported.json');
    await config(['export', file]);
    expect(JSON.parse(await readFile(file, 'utf8'))).toHaveProperty('policies');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('moves everything from a file to PostgreSQL, keys as valid as they were', async () => {
    await config(['import', '-'], sample());
    const exported = await config(['export']);
    environment = { ...environment, DATABASE_URL: await server.createDatabase() };
    expect(await config(['import', '-'], exported.out)).toMatchObject({ code: 0 });
    expect((await config(['export'])).out).toBe(sample());
    expect(await config(['diff', '-'], exported.out)).toEqual({ code: 0, out: '', notes: '' });
  });
});

describe('diff', () => {
  it('says what an import would change, by exit code too', async () => {
    await config(['import', '-'], sample());
    const other = {
      ...sampleConfiguration(),
      tiers: [
        { name: 'gold', description: 'dear' },
        { name: 'silver', description: '' },
      ],
      policies: [],
    };
    expect(await config(['diff', '-'], printDocument(other))).toEqual({
      code: 1,
      out: [
        '- policies one',
        '- policies two',
        '~ tiers gold',
        '~     description: "" → "dear"',
        '+ tiers silver',
        '',
      ].join('\n'),
      notes: '',
    });
    expect((await config(['export'])).out).toBe(sample());
  });
});

describe('import', () => {
  it('changes nothing in a dry run', async () => {
    const { code, out } = await config(['import', '--dry-run', '-'], sample());
    expect([code, out.includes('+ policies one')]).toEqual([0, true]);
    expect((await config(['diff', '-'], sample())).code).toBe(1);
  });

  it('makes no version when there is nothing to change', async () => {
    await config(['import', '-'], sample());
    expect(await config(['import', '-'], sample())).toMatchObject({
      code: 0,
      out: '',
      notes: 'nothing to change\n',
    });
  });

  it('brings no removed key back to life, and says so by making no difference', async () => {
    await config(['import', '-'], sample());
    const without = { ...sampleConfiguration(), keys: [] };
    await config(['import', '-'], printDocument(without));
    await config(['import', '-'], sample());
    const { keys } = JSON.parse((await config(['export'])).out) as { keys: object[] };
    expect(keys).toMatchObject([{ id: 'aaaaaaaaaaaa', revoked_at: expect.any(String) }]);
    expect((await config(['diff', '-'], sample())).code).toBe(0);
  });

  it('refuses a document that makes no sense before it opens anything', async () => {
    const keys = [keyOf('aaaaaaaaaaaa', 'nobody')];
    const text = JSON.stringify({ clients: [clientOf('acme')], keys });
    expect(await config(['import', '-'], text)).toEqual({
      code: 2,
      out: '',
      notes: 'error: keys[0].client: there is no client nobody\n',
    });
    await expect(stat(environment.FLOODGATE_CONFIG ?? '')).rejects.toThrow('ENOENT');
  });

  it('leaves a file alone that has to be mended', async () => {
    await config(['import', '-'], sample());
    await writeFile(environment.FLOODGATE_CONFIG ?? '', '{');
    const { code, notes } = await config(['import', '-'], sample());
    expect([code, notes]).toEqual([2, expect.stringContaining('file is invalid')]);
    expect(await readFile(environment.FLOODGATE_CONFIG ?? '', 'utf8')).toBe('{');
  });
});

describe('validate', () => {
  it('prints a line for each fault', async () => {
    const file = await fileOf('{"tiers": [{}], "nothing": 1}');
    expect(await config(['validate', file])).toEqual({
      code: 1,
      out: 'tiers[0].name: is missing\nnothing: is no member of this\n',
      notes: '',
    });
  });

  it('prints a fault once that two rules find', async () => {
    const limit = { algorithm: 'fixed-window', quota: 5, window_ms: 1e300 };
    const policies = [{ name: 'a', limits: [limit], cost: { from: 'constant', units: -1 } }];
    const clients = [{ name: 'b' }, { name: 'b' }];
    const { out } = await config(['validate', '-'], JSON.stringify({ policies, clients }));
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.split(': ')[0]),
    ).toEqual(['policies[0].limits[0].window_ms', 'policies[0].cost.units', 'clients[1]']);
  });

  it('says nothing about a good one', async () => {
    expect(await config(['validate', '-'], sample())).toEqual({ code: 0, out: '', notes: '' });
  });
});

describe('trouble', () => {
  it.each([
    ['a word it does not know', ['frobnicate'], /^usage: /],
    ['no file', ['import'], /^usage: /],
    ['an option of another command', ['export', '--dry-run'], /^usage: /],
    ['a file that is not there', ['validate', '/nonexistent.json'], /^error: ENOENT/],
  ])('is exit code 2: %s', async (_, words, notes) => {
    expect(await config(words)).toEqual({ code: 2, out: '', notes: expect.stringMatching(notes) });
  });

  it.each([
    [
      'is empty',
      (file: string) => writeFile(file, ''),
      'line 1, column 1: expected a value, found the end',
    ],
    ['is a folder', (file: string) => mkdir(file), 'is a folder (EISDIR)'],
  ])('is a line that names the file when it %s', async (_, make, fault) => {
    await make(environment.FLOODGATE_CONFIG ?? '');
    expect(await config(['export'])).toEqual({
      code: 2,
      out: '',
      notes: `error: floodgate.config.json: ${fault}\n`,
    });
  });

  it('is a database that cannot be reached, whatever was last known of it', async () => {
    environment = { ...environment, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
    const { code, notes } = await config(['export']);
    expect([code, notes]).toEqual([2, expect.stringContaining('postgres is unreachable')]);
  });
});
