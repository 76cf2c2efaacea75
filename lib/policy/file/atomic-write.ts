import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Only the owner: there are hashes of secrets inside. */
const PRIVATE_MODE = 0o600;

/** A file's next content, on disk already but not in its place. */
export interface StagedFile {
  /** From then on readers see it, whole. */
  place(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * Writes what a file is to hold beside it. A link stays one, and a file that is there keeps its mode and,
 * where this process may, its owner.
 * @param writer tells writers apart that may be at it at once
 */
export async function stageFile(path: string, text: string, writer = ''): Promise<StagedFile> {
  const target = await realpath(path).catch(() => path);
  const temporary = join(dirname(target), `.${basename(target)}${writer}.tmp`);
  const old = await stat(target).catch(() => undefined);
  const file = await open(temporary, 'w', PRIVATE_MODE);
  try {
    await file.writeFile(text);
    await file.chmod(old === undefined ? PRIVATE_MODE : old.mode & 0o777);
    if (old !== undefined) await file.chown(old.uid, old.gid).catch(() => undefined);
    await file.sync();
  } finally {
    await file.close();
  }
  return {
    async place() {
      await rename(temporary, target);
      await syncFolder(dirname(target));
    },
    discard: () => rm(temporary, { force: true }),
  };
}

/** Replaces a file whole or not at all, also when the machine dies meanwhile. */
export async function writeAtomically(path: string, text: string, writer?: string): Promise<void> {
  const staged = await stageFile(path, text, writer);
  await staged.place();
}

/** A rename is on disk when its folder is. Not every file system knows how. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
