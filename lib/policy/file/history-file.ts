import { open, readFile } from 'node:fs/promises';
import type { VersionRecord } from '../change';
import { recordSchema } from '../records';
import { writeAtomically } from './atomic-write';
import { isMissing, signatureOf } from './signature';

/** Versions that are kept. */
export const MOST_RECORDS = 1_000;
/** How many more the file may hold before it is written anew. */
const SLACK = 100;
const LONGEST_FILE = 64 * 1_024 * 1_024;

/** Versions, one a line, oldest first. One writer at a time. */
export interface HistoryFile {
  /** Lines that make no sense, as a crash leaves them, are left out. */
  read(): Promise<readonly VersionRecord[]>;
  /** Makes it hold these, by as little writing as that takes. */
  keep(records: readonly VersionRecord[]): Promise<void>;
}

interface Content {
  readonly signature: string | undefined;
  readonly lines: number;
  readonly newest: number;
  /** Whether a line can be added. */
  readonly isWhole: boolean;
}

export function createHistoryFile(path: string): HistoryFile {
  let known: Content | undefined;

  async function read(): Promise<VersionRecord[]> {
    const signature = await signatureOf(path);
    const text = await textOf(path);
    const lines = text.split('\n').filter((line) => line !== '');
    const records = lines.flatMap((line) => parseLine(line));
    const isWhole = records.length === lines.length && (text === '' || text.endsWith('\n'));
    known = { signature, lines: lines.length, newest: records.at(-1)?.version ?? 0, isWhole };
    return records;
  }

  async function append(records: readonly VersionRecord[]): Promise<void> {
    const file = await open(path, 'a', 0o600);
    try {
      await file.writeFile(print(records));
      await file.sync();
    } finally {
      await file.close();
    }
  }

  return {
    read,
    async keep(records) {
      if (known === undefined || known.signature !== (await signatureOf(path))) await read();
      const { newest = 0, lines = 0, isWhole = true } = known ?? {};
      const missing = records.filter(({ version }) => version > newest);
      const last = records.at(-1)?.version ?? 0;
      if (missing.length === 0 && isWhole && newest === last) return;
      const follows = missing[0]?.version === newest + 1;
      const isFull =
        lines + missing.length > MOST_RECORDS + SLACK || (await sizeOf(path)) > LONGEST_FILE;
      known = undefined;
      if (follows && isWhole && !isFull) {
        await append(missing);
        known = {
          signature: await signatureOf(path),
          lines: lines + missing.length,
          newest: last,
          isWhole: true,
        };
      } else {
        const kept = fitting(records);
        await writeAtomically(path, print(kept));
        known = {
          signature: await signatureOf(path),
          lines: kept.length,
          newest: last,
          isWhole: true,
        };
      }
    },
  };
}

/** The newest of them that leave half of the file free. */
function fitting(records: readonly VersionRecord[]): readonly VersionRecord[] {
  let bytes = 0;
  const from = records.findLastIndex((record) => {
    bytes += JSON.stringify(record).length;
    return bytes > LONGEST_FILE / 2;
  });
  // The newest is kept whatever its size.
  return records.slice(Math.min(from + 1, records.length - 1));
}

function print(records: readonly VersionRecord[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

function parseLine(line: string): VersionRecord[] {
  try {
    return [recordSchema.parse(JSON.parse(line))];
  } catch {
    return [];
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

async function sizeOf(path: string): Promise<number> {
  return Number((await signatureOf(path))?.split('/')[1] ?? 0);
}
