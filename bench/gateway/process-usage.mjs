import { readFileSync } from 'node:fs';
import { residentMib } from '../lib/machine.mjs';

/** Of Linux on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;
const SAMPLE_MS = 25;

/**
 * Processor time that a process has taken with all its threads, seconds; undefined where the system does
 * not tell.
 * @param {number} pid
 */
export function cpuSeconds(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold spaces. utime and stime are fields 14 and 15, the name is field 2.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
}

/**
 * Watches the resident memory of a process while something is done.
 * @template T
 * @param {number} pid
 * @param {() => Promise<T>} action
 * @returns {Promise<{beforeMib: number, peakMib: number, result: T}>}
 */
export async function watchMemory(pid, action) {
  const beforeMib = residentMib(pid) ?? Number.NaN;
  let peakMib = beforeMib;
  const sample = () => {
    peakMib = Math.max(peakMib, residentMib(pid) ?? Number.NaN);
  };
  const timer = setInterval(sample, SAMPLE_MS);
  try {
    const result = await action();
    sample();
    return { beforeMib, peakMib, result };
  } finally {
    clearInterval(timer);
  }
}
