import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { algorithmNames } from '../algorithms';

const MARKER = '--@algorithms';

/**
 * Reads `decide.lua` and the file of every registered algorithm into one script.
 * @throws Error when a file is missing
 */
export function loadDecideScript(directory: string): string {
  const read = (name: string) => readFileSync(join(directory, `${name}.lua`), 'utf8');
  return read('decide').replace(MARKER, () => algorithmNames.map(read).join('\n'));
}
