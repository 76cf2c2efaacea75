import { constants } from 'node:fs';
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createFileRepository } from './file';
import { createMemoryRepository } from './memory-repository';
import type { Configuration } from './model';
import type { Repository } from './repository';

export interface RepositoryChoice {
  /** PostgreSQL; undefined: the file. */
  readonly databaseUrl?: string | undefined;
  /** Path of the configuration file; beside it, in `.floodgate`, is what belongs to it. */
  readonly configFile: string;
  /** What an empty repository begins with. */
  readonly defaults: Configuration;
  /** Folder of PostgreSQL's migrations. */
  readonly migrations: string;
}

/**
 * The repository that the environment asks for, not open yet: PostgreSQL, a file, or, where there is no file
 * and none can be written, this process's memory.
 */
export async function openRepository(choice: RepositoryChoice): Promise<Repository> {
  const { databaseUrl, configFile, defaults, migrations } = choice;
  const path = resolve(configFile);
  const state = join(dirname(path), '.floodgate');
  if (databaseUrl !== undefined) {
    // Only then: with its driver a gateway takes longer to start.
    const { createPostgresRepository } = await import('./postgres');
    const lastKnown = join(state, 'last-known.json');
    return createPostgresRepository({ url: databaseUrl, defaults, migrations, lastKnown });
  }
  if ((await exists(path)) || (await canWrite(state))) {
    return createFileRepository({ path, defaults });
  }
  return createMemoryRepository(defaults);
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}

async function canWrite(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true });
    const probe = join(folder, `.probe-${process.pid}`);
    await writeFile(probe, '');
    await rm(probe);
    return true;
  } catch {
    return false;
  }
}
