import { readFile, writeFile } from 'node:fs/promises';

const BEGIN = '<!-- results: written by npm run bench -- --write -->';
const END = '<!-- end of results -->';

/**
 * Puts text between a document's markers.
 * @param {string} path
 * @param {string} text Markdown
 * @throws Error when the document has no markers
 */
export async function writeResults(path, text) {
  const document = await readFile(path, 'utf8');
  const from = document.indexOf(BEGIN);
  const to = document.indexOf(END);
  if (from === -1 || to < from) throw new Error(`${path} has no markers for the results`);
  const before = document.slice(0, from + BEGIN.length);
  await writeFile(path, `${before}\n\n${text}\n\n${document.slice(to)}`);
}
