import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The repository's root. */
export const ROOT = join(import.meta.dirname, '..', '..');

/** A file's text, by its path from the root. */
export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The texts of all files in a folder, which has no others in it, by its path from the root. */
export function textsIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder)).map((name) => textOf(join(folder, name)));
}

/** Whether the repository has a file or folder at this path from the root. */
export function isInRepository(path: string): boolean {
  return existsSync(join(ROOT, path));
}

/** What `npm run build` makes, and what of it is a file that a start command may name. */
export const BUILT_SERVER = 'dist/server.mjs';

/** The scripts of package.json that a shell command runs by `npm run`. */
export function scriptsRunBy(command: string): string[] {
  return [...command.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name = '']) => name);
}
