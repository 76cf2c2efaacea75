import { basename } from 'node:path';
import { InvalidConfigurationError, RepositoryError } from '../repository';

const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'may not be read or written by this process',
  EPERM: 'may not be read or written by this process',
  EISDIR: 'is a folder',
  ENOTDIR: 'is in no folder',
  ELOOP: 'is a link that leads back to itself',
  EROFS: 'is on a disk that cannot be written',
  ENOSPC: 'does not fit on the disk',
  EDQUOT: 'does not fit on the disk',
};

/** An error of the file system, as everybody may read it; others as they are. @param file when it names none */
export function toRepositoryError(error: unknown, file: string): unknown {
  if (!isFileSystemError(error)) return error;
  return new RepositoryError(`${nameOf(error, file)} ${wordsOf(error)}`, { cause: error });
}

/** What was found at the start, such that each fault names its file. @param file that of the configuration */
export function toStartUpError(error: unknown, file: string): unknown {
  if (error instanceof InvalidConfigurationError) {
    const faults = error.faults.map(({ path, message }) => {
      const isWhole = path === 'configuration' || path === file;
      return { path: isWhole ? file : `${file}: ${path}`, message };
    });
    return new InvalidConfigurationError(faults);
  }
  if (error instanceof RepositoryError) {
    return new InvalidConfigurationError([{ path: file, message: error.message }]);
  }
  if (!isFileSystemError(error)) return error;
  const message = `${wordsOf(error)} (${error.code})`;
  return new InvalidConfigurationError([{ path: nameOf(error, file), message }]);
}

function isFileSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function nameOf({ path }: NodeJS.ErrnoException, file: string): string {
  return path === undefined ? file : basename(path);
}

function wordsOf({ code = '' }: NodeJS.ErrnoException): string {
  return WORDS[code] ?? 'cannot be read or written';
}
