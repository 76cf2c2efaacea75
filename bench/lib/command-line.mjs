import { parseArgs } from 'node:util';

/**
 * Reads a bench's command line; ends the process for --help or a fault.
 * @param {string[]} args
 * @param {{usage: string, sections: readonly string[], numbers: Readonly<Record<string, number>>}} bench
 *   numbers: options that take a whole number, with their defaults
 * @returns {{sections: readonly string[], match: string, isWritten: boolean, numbers: Record<string, number>}}
 */
export function readCommandLine(args, { usage, sections, numbers }) {
  try {
    const numeric = Object.entries(numbers).map(([name, standard]) => [
      name,
      { type: 'string', default: String(standard) },
    ]);
    const { values } = parseArgs({
      args,
      options: {
        only: { type: 'string' },
        match: { type: 'string', default: '' },
        ...Object.fromEntries(numeric),
        write: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) leave(usage, 0);
    if (values.only !== undefined && !sections.includes(values.only)) {
      throw new TypeError(`--only takes one of ${sections.join(', ')}`);
    }
    return {
      sections: values.only === undefined ? sections : [values.only],
      match: values.match.toLowerCase(),
      isWritten: values.write,
      numbers: Object.fromEntries(
        Object.keys(numbers).map((name) => [name, wholeNumber(`--${name}`, values[name])]),
      ),
    };
  } catch (error) {
    return leave(`${error.message}\n\n${usage}`, 2);
  }
}

function wholeNumber(name, text) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new TypeError(`${name} takes a whole number`);
  return value;
}

function leave(message, code) {
  console.log(message);
  process.exit(code);
}
