import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { openRepository, type RepositoryChoice } from '../../lib/policy/open-repository';
import { sampleConfiguration } from '../support/configurations';
import { follow } from '../support/repositories';
import { temporaryFolder } from '../support/temporary-folder';

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

async function open(choice: Partial<RepositoryChoice>) {
  const repository = await openRepository({
    configFile: join(folder, 'floodgate.config.json'),
    defaults: sampleConfiguration(),
    migrations: 'lib/policy/postgres/migrations',
    ...choice,
  });
  onTestFinished(() => repository.close());
  return repository;
}

it('is a file, which is made', async () => {
  const { repository, first } = await follow(await open({}));
  expect([repository.kind, first.version]).toEqual(['file', 1]);
  expect((await readdir(folder)).toSorted()).toEqual(['.floodgate', 'floodgate.config.json']);
});

it('is the database where one is named, whether it answers or not', async () => {
  const databaseUrl = 'postgres://nobody@127.0.0.1:1/none';
  const { repository } = await follow(await open({ databaseUrl }));
  expect([repository.kind, repository.health().status]).toEqual(['postgres', 'unreachable']);
});

it('is memory where no file can be made', async () => {
  // A file is no folder to put another one in, not even for root.
  await writeFile(join(folder, 'occupied'), '');
  const repository = await open({ configFile: join(folder, 'occupied', 'floodgate.config.json') });
  const { first } = await follow(repository);
  expect([repository.kind, first.version]).toEqual(['memory', 1]);
});
