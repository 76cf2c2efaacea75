import { DifferenceList } from '@/components/admin/difference-list';
import { differences } from '@/components/admin/document';
import type { EntityChange } from '@/components/admin/resources';
import { changeTitle } from './change-words';

/** Each entity that changed, member by member. */
export function ChangeDetails({ changes }: { changes: readonly EntityChange[] }) {
  return changes.map(({ kind, id, before, after }) => (
    <section key={`${kind} ${id}`} className="mt-3">
      <h3 className="font-semibold text-sm">
        {changeTitle(kind, id)}
        {before === null && ', made'}
        {after === null && ', deleted'}
      </h3>
      <DifferenceList items={memberwise(before, after)} />
    </section>
  ));
}

/** Something made or deleted is told member by member as well. */
function memberwise(before: unknown, after: unknown) {
  return differences(before ?? {}, after ?? {});
}
