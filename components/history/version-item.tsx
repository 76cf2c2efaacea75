import { ChevronRight, Undo2 } from 'lucide-react';
import type { VersionRecord } from '@/components/admin/resources';
import { Button } from '@/components/ui/button';
import { Moment } from '@/components/ui/moment';
import { ChangeDetails } from './change-details';
import { summaryLines } from './change-words';

interface VersionItemProps {
  readonly record: VersionRecord;
  /** undefined: it is in force, or nothing can be changed now. */
  readonly onRollBack: (() => void) | undefined;
}

export function VersionItem({ record, onRollBack }: VersionItemProps) {
  const { version, at, author, comment, changes } = record;
  return (
    <li className="flex flex-wrap items-start gap-x-6 gap-y-2 border-line border-b py-4">
      <div className="w-44 shrink-0 max-sm:w-full">
        <h2 className="font-semibold">Version {version}</h2>
        <p className="break-words text-ink-soft text-sm">
          {author}
          <br className="max-sm:hidden" />
          <span className="sm:hidden">, </span>
          <Moment at={at} />
        </p>
      </div>
      <div className="min-w-0 flex-1 basis-72">
        {comment !== '' && <p className="break-words">{comment}</p>}
        <details className="group">
          <summary className="flex cursor-pointer list-none items-start gap-1.5 text-ink-soft text-sm [&::-webkit-details-marker]:hidden">
            <ChevronRight
              className="mt-0.5 size-4 shrink-0 group-open:rotate-90"
              aria-hidden="true"
            />
            <span className="min-w-0 whitespace-pre-line break-words">
              {summaryLines(changes).join('\n')}
            </span>
          </summary>
          <ChangeDetails changes={changes} />
        </details>
      </div>
      {onRollBack === undefined ? null : (
        <Button variant="quiet" aria-label={`Roll back to version ${version}`} onClick={onRollBack}>
          <Undo2 className="size-4" aria-hidden="true" />
          Roll back to here
        </Button>
      )}
    </li>
  );
}
