import { parseArgs } from 'node:util';

/** What was asked for can't be done; the message is for people. */
export class UsageError extends Error {
  name = 'UsageError';
}

/**
 * Reads the command line.
 *
 * @param {import('node:util').ParseArgsConfig['options']} options
 * @throws {UsageError}
 */
export function readOptions(options) {
  try {
    return parseArgs({ options: { ...options, help: { type: 'boolean', short: 'h' } } }).values;
  } catch (error) {
    throw new UsageError(error.message);
  }
}

/**
 * @param {string} name of the option
 * @param {string} text
 * @param {number} least
 * @param {number} most
 * @throws {UsageError}
 */
export function wholeNumber(name, text, least, most) {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new UsageError(`--${name} takes a whole number from ${least} to ${most}`);
}

/** @throws {UsageError} */
export function httpUrl(text) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  throw new UsageError('--url takes an address such as http://localhost:8080/api/info');
}

/**
 * @param {readonly string[]} lines such as `X-API-Key: fg_…`
 * @throws {UsageError}
 */
export function headersOf(lines) {
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):\s*(.*)$/.exec(line) ?? [];
      if (name === undefined) throw new UsageError("--header takes 'Name: value'");
      return [name, value];
    }),
  );
}

/** Runs a tool, which says how it ended by its exit code: 0, 1 when what it checks is false, 2 for a misuse. */
export async function runTool(tool) {
  try {
    process.exitCode = (await tool()) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`error: ${error.message}`);
    process.exitCode = 2;
  }
}
