import { readFile, writeFile } from 'node:fs/promises';

const BEGIN = '<!-- limiter results: written by npm run bench:limiter -- --write -->';
const END = '<!-- end of limiter results -->';

/**
 * Puts text between the limiter's markers of a document.
 * @param {string} path
 * @param {string} text Markdown
 * @throws Error when the document has no such markers
 */
export async function writeResults(path, text) {
  const document = await readFile(path, 'utf8');
  const from = document.indexOf(BEGIN);
  const to = document.indexOf(END);
  if (from === -1 || to < from) throw new Error(`${path} has no markers for the limiter's results`);
  const before = document.slice(0, from + BEGIN.length);
  await writeFile(path, `${before}\n\n${text}\n\n${document.slice(to)}`);
}
