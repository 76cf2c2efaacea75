import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const DOCUMENT = here('../../docs/benchmarks.md');

/**
 * Prints a run, keeps it as JSON in bench/results, and puts it into docs/benchmarks.md when asked.
 * @param {{
 *   name: string,
 *   report: {date: string, command: string, machine: object, results: object},
 *   texts: string[],
 *   isWritten: boolean,
 * }} run name: of the file in results and of the document's markers
 */
export async function publish({ name, report, texts, isWritten }) {
  const text = [describeRun(report), ...texts].join('\n\n');
  console.log(`\n${text}`);
  await mkdir(here('../results'), { recursive: true });
  await writeFile(here(`../results/${name}.json`), `${JSON.stringify(report, null, 2)}\n`);
  if (isWritten) await writeResults(name, text);
}

function describeRun({ date, command, machine }) {
  const facts = Object.entries(machine).map(
    ([fact, value]) => `${fact.replaceAll('_', ' ')} ${value}`,
  );
  return `${date.slice(0, 10)}, \`${command}\`. ${facts.join(' · ')}.`;
}

async function writeResults(name, text) {
  const [begin, end] = [`<!-- ${name}: written by the bench -->`, `<!-- end of ${name} -->`];
  const document = await readFile(DOCUMENT, 'utf8');
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from === -1 || to < from) throw new Error(`${DOCUMENT} has no markers for ${name}`);
  const before = document.slice(0, from + begin.length);
  await writeFile(DOCUMENT, `${before}\n\n${text}\n\n${document.slice(to)}`);
}
