// `npm run config`: moves configuration between the repository that the environment names and documents.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, readConfig } from './config';
import {
  type ChangeLine,
  type Commit,
  type Configuration,
  changeLines,
  defaultConfiguration,
  InvalidConfigurationError,
  openRepository,
  prepareCommit,
  printDocument,
  type Repository,
  RepositoryError,
  type Revision,
  readDocument,
  replaceEdits,
} from './policy';

const USAGE = `usage: npm run config -- export [FILE]            write the configuration, to the terminal or a file
       npm run config -- import FILE [--dry-run]  make it what the file says, as one version
       npm run config -- diff FILE                say what an import would change
       npm run config -- validate FILE            say what is wrong with a file

FILE may be - for standard input. Exit code 0: done, or no difference; 1: differences or faults; 2: trouble.
`;

const AUTHOR = 'config import';
const COLORS = { '+': 32, '-': 31, '~': 33 } as const;

/** The command was not understood. */
class UsageError extends Error {}

interface Words {
  readonly command: string;
  readonly file: string | undefined;
  readonly isDryRun: boolean;
}

function parseWords(words: readonly string[]): Words {
  const options = words.filter((word) => word.startsWith('--'));
  const [command = '', file, ...rest] = words.filter((word) => !word.startsWith('--'));
  const isDryRun = options.includes('--dry-run');
  const isKnown = ['export', 'import', 'diff', 'validate'].includes(command);
  const isUnknownOption = options.some((option) => option !== '--dry-run' || command !== 'import');
  if (!isKnown || rest.length > 0 || isUnknownOption) throw new UsageError();
  if (file === undefined && command !== 'export') throw new UsageError();
  return { command, file, isDryRun };
}

async function run({ command, file = '-', isDryRun }: Words): Promise<number> {
  if (command === 'validate') {
    await readInput(file);
    return 0;
  }
  // Before anything is opened: what cannot be read changes nothing.
  const wanted = command === 'export' ? undefined : await readInput(file);
  return withRepository(async (repository, revision) => {
    if (wanted === undefined) {
      await writeOutput(file, printDocument(revision.configuration));
      return 0;
    }
    const commit = await importOf(wanted, repository);
    const prepared = prepareCommit({
      present: revision,
      recordsSince: [],
      commit,
      at: new Date().toISOString(),
    });
    show(changeLines(prepared?.record.changes ?? []));
    if (command === 'diff') return prepared === undefined ? 0 : 1;
    if (prepared === undefined) note('nothing to change');
    else if (isDryRun) note('nothing was changed: a dry run');
    else note(`version ${(await repository.commit(commit)).version}`);
    return 0;
  });
}

async function importOf(wanted: Configuration, repository: Repository): Promise<Commit> {
  const history = await repository.since(0);
  const edits = replaceEdits(wanted, { history, at: new Date().toISOString() });
  return { author: AUTHOR, comment: '', edits };
}

async function withRepository(
  work: (repository: Repository, revision: Revision) => Promise<number>,
): Promise<number> {
  const { DATABASE_URL, FLOODGATE_CONFIG } = readConfig(process.env);
  const repository = await openRepository({
    databaseUrl: DATABASE_URL,
    configFile: FLOODGATE_CONFIG,
    defaults: defaultConfiguration(),
    migrations: join(process.cwd(), 'lib', 'policy', 'postgres', 'migrations'),
  });
  try {
    const revision = await repository.open({ onRevision() {}, onHealth() {} });
    const { kind, status, faults } = repository.health();
    // What a server would go on with is not what is there.
    if (status !== 'ok') throw new RepositoryError(`${kind} is ${status}:\n${faults.join('\n')}`);
    return await work(repository, revision);
  } finally {
    await repository.close();
  }
}

/** @throws InvalidConfigurationError */
async function readInput(file: string): Promise<Configuration> {
  if (file !== '-') return readDocument(await readFile(file)).configuration;
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return readDocument(Buffer.concat(chunks)).configuration;
}

async function writeOutput(file: string, text: string): Promise<void> {
  if (file !== '-') return writeFile(file, text, { mode: 0o600 });
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

function show(lines: readonly ChangeLine[]): void {
  for (const { sign, text } of lines) {
    const line = `${sign} ${text}`;
    console.log(process.stdout.isTTY ? `\u001b[${COLORS[sign]}m${line}\u001b[0m` : line);
  }
}

/** Beside the output, not in it. */
function note(text: string): void {
  console.error(text);
}

function explain(error: unknown, command: string | undefined): number {
  if (error instanceof UsageError) {
    process.stderr.write(USAGE);
    return 2;
  }
  const lines = error instanceof ConfigError ? error.faults : (error as Error).message.split('\n');
  if (command === 'validate' && error instanceof InvalidConfigurationError) {
    for (const line of lines) console.log(line);
    return 1;
  }
  for (const line of lines) note(`error: ${line}`);
  return 2;
}

/** @param words what stands behind `config` @returns the exit code */
export async function configCommand(words: readonly string[]): Promise<number> {
  try {
    return await run(parseWords(words));
  } catch (error) {
    return explain(error, words[0]);
  }
}
