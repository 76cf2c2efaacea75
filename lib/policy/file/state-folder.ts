import { mkdir, readFile, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { Revision, VersionRecord } from '../change';
import { documentJsonSchema } from '../document';
import { mergeUses } from '../key-use-times';
import { configurationSchema } from '../model';
import { recordSchema } from '../records';
import { readTokenHash } from '../token-hash';
import { type StagedFile, stageFile, writeAtomically } from './atomic-write';
import { createHistoryFile, type HistoryFile } from './history-file';
import { isMissing, signatureOf } from './signature';

/** The revision in force and the version that made it. */
export interface Current {
  readonly revision: Revision;
  readonly record: VersionRecord;
}

/** What stands beside the configuration file. Everything but reading wants the lock. */
export interface StateFolder {
  readonly lock: string;
  readonly history: HistoryFile;
  prepare(): Promise<void>;
  /** Whether the revision in force is another one than was last read or written here. */
  hasChanged(): Promise<boolean>;
  /** Undefined: there is none, or none that makes sense. */
  readCurrent(): Promise<Current | undefined>;
  stageCurrent(current: Current): Promise<StagedFile>;
  /** Puts out of the way what cannot be read. */
  setAside(): Promise<void>;
  readKeyUses(): Promise<Map<string, number>>;
  noteKeyUses(uses: ReadonlyMap<string, number>, isKept: (id: string) => boolean): Promise<void>;
  /** @throws InvalidConfigurationError when something else is kept in its place */
  adminTokenHash(proposed: string): Promise<string>;
}

const currentSchema = z
  .object({ configuration: configurationSchema, record: recordSchema })
  .transform(
    ({ configuration, record }): Current => ({
      revision: { version: record.version, configuration },
      record,
    }),
  );

const keyUsesSchema = z.record(z.string(), z.int().min(0));

export function createStateFolder(folder: string): StateFolder {
  const current = join(folder, 'current.json');
  const historyPath = join(folder, 'history.jsonl');
  const keyUsage = join(folder, 'key-usage.json');
  const adminToken = join(folder, 'admin-token');
  const adminTokenName = join(basename(folder), 'admin-token');
  const schema = join(folder, 'config.schema.json');

  let seen: string | undefined;

  async function readKeyUses(): Promise<Map<string, number>> {
    const text = await textOf(keyUsage);
    const result = keyUsesSchema.safeParse(text === undefined ? {} : parsed(text));
    return new Map(Object.entries(result.data ?? {}));
  }

  return {
    lock: join(folder, 'lock'),
    history: createHistoryFile(historyPath),
    async prepare() {
      await mkdir(folder, { recursive: true });
      const text = `${JSON.stringify(documentJsonSchema(), null, 2)}\n`;
      if ((await textOf(schema)) !== text) await writeAtomically(schema, text);
    },
    hasChanged: async () => (await signatureOf(current)) !== seen,
    async readCurrent() {
      seen = await signatureOf(current);
      const text = await textOf(current);
      return text === undefined ? undefined : currentSchema.safeParse(parsed(text)).data;
    },
    async stageCurrent({ revision, record }) {
      const { configuration } = revision;
      const staged = await stageFile(current, `${JSON.stringify({ configuration, record })}\n`);
      return {
        async place() {
          await staged.place();
          seen = await signatureOf(current);
        },
        discard: staged.discard,
      };
    },
    async setAside() {
      for (const path of [current, historyPath]) {
        if ((await signatureOf(path)) !== undefined) await rename(path, `${path}.unreadable`);
      }
    },
    readKeyUses,
    async noteKeyUses(uses, isKept) {
      const known = await readKeyUses();
      mergeUses(known, uses);
      const kept = [...known].filter(([id]) => isKept(id));
      await writeAtomically(keyUsage, `${JSON.stringify(Object.fromEntries(kept))}\n`);
    },
    async adminTokenHash(proposed) {
      const kept = await textOf(adminToken);
      if (kept !== undefined) return readTokenHash(kept.trim(), adminTokenName);
      await writeAtomically(adminToken, `${proposed}\n`);
      return proposed;
    },
  };
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
