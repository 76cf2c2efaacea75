import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Revision } from '../change';
import { writeAtomically } from '../file/atomic-write';
import { configurationSchema } from '../model';

/** How long a revision waits for the next one before it is written, ms. */
const DELAY_MS = 200;

const revisionSchema = z.object({
  version: z.int().min(1),
  configuration: configurationSchema,
});

/** The last revision this replica has seen, on its own disk: what it starts from without a database. */
export interface LastKnown {
  /** Undefined: there is none that can be used. */
  read(): Promise<Revision | undefined>;
  note(revision: Revision): void;
  /** Writes what is not written yet. */
  close(): Promise<void>;
}

/** A disk that can't be written is put up with: then there is none at the next start. */
export function createLastKnown(path: string): LastKnown {
  let pending: Revision | undefined;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    const revision = pending;
    pending = undefined;
    if (revision === undefined) return;
    try {
      await mkdir(dirname(path), { recursive: true });
      // Replicas of one machine share it.
      await writeAtomically(path, `${JSON.stringify(revision)}\n`, `.${process.pid}`);
    } catch {
      // As said above.
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(write);
    return writing;
  }

  return {
    async read() {
      try {
        return revisionSchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
      } catch {
        return undefined;
      }
    },
    note(revision) {
      pending = revision;
      timer ??= setTimeout(() => void flush(), DELAY_MS).unref();
    },
    close: flush,
  };
}
