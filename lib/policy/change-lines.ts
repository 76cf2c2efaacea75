import { isDeepStrictEqual } from 'node:util';
import type { Change } from './change';
import { toPath } from './faults';

/** A line about a change, and whether something comes, goes or becomes different by it. */
export interface ChangeLine {
  readonly sign: '+' | '-' | '~';
  readonly text: string;
}

/** What changes do, for people: one line an entity, and one below for each member that becomes different. */
export function changeLines(changes: readonly Change[]): ChangeLine[] {
  return changes.flatMap(({ kind, id, before, after }): ChangeLine[] => {
    if (before === null) return [{ sign: '+', text: `${kind} ${id}` }];
    if (after === null) return [{ sign: '-', text: `${kind} ${id}` }];
    return [{ sign: '~', text: `${kind} ${id}` }, ...memberLines([], before, after)];
  });
}

function memberLines(path: readonly PropertyKey[], before: unknown, after: unknown): ChangeLine[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isParted(before) && isParted(after) && Array.isArray(before) === Array.isArray(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) =>
      memberLines(
        [...path, Array.isArray(after) ? Number(name) : name],
        (before as Record<string, unknown>)[name],
        (after as Record<string, unknown>)[name],
      ),
    );
  }
  const where = `    ${toPath(path)}: `;
  if (before === undefined) return [{ sign: '+', text: `${where}${JSON.stringify(after)}` }];
  if (after === undefined) return [{ sign: '-', text: `${where}${JSON.stringify(before)}` }];
  return [{ sign: '~', text: `${where}${JSON.stringify(before)} → ${JSON.stringify(after)}` }];
}

function isParted(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
