import type { Replica } from './replica';

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** A time that has passed, in its two largest units: `3 h 12 min`. */
export function ageWords(ms: number): string {
  let seconds = Math.max(0, Math.floor(ms / 1_000));
  const first = UNITS.findIndex(([, size]) => seconds >= size);
  if (first === -1) return '0 s';
  const parts: string[] = [];
  for (const [unit, size] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(seconds / size);
    seconds %= size;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.join(' ');
}

/** The configuration versions of live replicas, newest first; one when they agree. */
export function versionsInForce(replicas: readonly Replica[]): readonly number[] {
  const versions = replicas
    .filter(({ state }) => state === 'live')
    .map(({ config }) => config.version);
  return [...new Set(versions)].toSorted((a, b) => b - a);
}

/** What is wrong with the configuration of a replica among others; undefined: nothing. */
export function configurationFault(
  { config, state }: Replica,
  versions: readonly number[],
): string | undefined {
  if (config.status === 'invalid') return 'has faults; the last good one is in force';
  if (config.status === 'unreachable') return 'unreachable; the last known is in force';
  const [newest] = versions;
  if (state !== 'live' || newest === undefined || config.version >= newest) return undefined;
  return `others have version ${newest}`;
}

/** `1, 2 and 3`. */
export function listWords(items: readonly (string | number)[]): string {
  const last = items.at(-1);
  if (last === undefined) return '';
  return items.length === 1 ? String(last) : `${items.slice(0, -1).join(', ')} and ${last}`;
}
