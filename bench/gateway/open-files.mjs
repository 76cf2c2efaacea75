import { readFileSync } from 'node:fs';

const SPARE = 256;

/**
 * Node raises the soft limit to the hard one at its start, so this is what children get too.
 * @param {string} section
 * @param {number} connections that one process has to hold
 * @returns {string | undefined} what is wrong when the system does not allow as many open files
 */
export function openFilesFault(section, connections) {
  const needed = connections + SPARE;
  const allowed = openFiles();
  if (allowed === undefined || allowed >= needed) return undefined;
  return (
    `${section} needs ${needed} open files in one process, but ${allowed} are allowed; ` +
    `raise the limit (ulimit -n ${needed}) or take fewer.`
  );
}

function openFiles() {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const soft = /^Max open files\s+(\d+|unlimited)/m.exec(limits)?.[1];
    return soft === undefined || soft === 'unlimited' ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}
