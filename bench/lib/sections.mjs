import { publish } from './document.mjs';

/**
 * Measures a bench's sections one after another, each on an empty Redis, and publishes them together.
 * A section is a module that exports `measure(context)` and `render(result)`, which gives Markdown.
 * @param {{
 *   name: string,
 *   script: string,
 *   folder: URL,
 *   titles: Readonly<Record<string, string>>,
 *   machine: object,
 *   context: {options: {sections: readonly string[], isWritten: boolean}, redis?: {flush(): Promise<unknown>}},
 * }} bench name: of what is published; script: of package.json; folder: of the sections' modules;
 *   titles: by section; machine: the facts to tell of it; context: what every section is given
 */
export async function runSections({ name, script, folder, titles, machine, context }) {
  const { options, redis } = context;
  const report = {
    date: new Date().toISOString(),
    command: [`npm run ${script}`, ...process.argv.slice(2)].join(' '),
    machine,
    results: {},
  };
  const texts = [];
  for (const section of options.sections) {
    console.log(`\n${titles[section]}`);
    const { measure, render } = await import(new URL(`${section}.mjs`, folder).href);
    await redis?.flush();
    const result = await measure(context);
    report.results[section] = result;
    texts.push(`### ${titles[section]}\n\n${render(result)}`);
  }
  await publish({ name, report, texts, isWritten: options.isWritten });
}

/** Ends the bench: what it needs is not there. */
export function fail(message) {
  console.error(`error: ${message}`);
  process.exit(1);
}
