import { isSame } from '@/components/admin/document';
import type { EntityChange, VersionRecord } from '@/components/admin/resources';

/**
 * What going back undoes: for every entity that changed since, what it is now and what it was then.
 * Entities that are the same again are left out.
 * @param newer every version after the one to go back to, newest first
 */
export function rollbackChanges(newer: readonly VersionRecord[]): EntityChange[] {
  const undone = new Map<string, EntityChange>();
  for (const { changes } of newer) {
    for (const { kind, id, before, after } of changes) {
      const place = `${kind} ${id}`;
      const now = undone.has(place) ? undone.get(place)?.before : after;
      undone.set(place, { kind, id, before: now ?? null, after: before });
    }
  }
  return [...undone.values()].filter(({ before, after }) => !isSame(before, after));
}
