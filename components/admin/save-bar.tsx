'use client';

import { clsx } from 'clsx';
import { useConfigurationHealth } from '@/components/hooks/use-configuration-health';
import type { Editor } from '@/components/hooks/use-editor';
import { plural } from '@/components/traffic/format';
import { Button } from '@/components/ui/button';
import { FaultLine } from '@/components/ui/field';
import { TextInput } from '@/components/ui/inputs';

const LONGEST_COMMENT = 500;

interface SaveBarProps {
  readonly editor: Pick<
    Editor<unknown>,
    'isDirty' | 'isNew' | 'isSaving' | 'hasSaved' | 'faults' | 'failure' | 'revert'
  >;
  readonly comment: string;
  readonly onComment: (comment: string) => void;
  readonly onSave: () => void;
  /** Whether what is typed can be read at all. */
  readonly isReadable?: boolean;
  readonly label: string;
}

/** Keeps Save at hand, with what stands in its way. */
export function SaveBar(props: SaveBarProps) {
  const { editor, comment, onComment, onSave, isReadable = true, label } = props;
  const { isWritable } = useConfigurationHealth();
  const { isDirty, isNew, isSaving, failure } = editor;
  return (
    <div
      className={clsx(
        'z-10 -mx-4 border-line border-t bg-page px-4 py-3 sm:-mx-8 sm:px-8 lg:mx-0 lg:px-0',
        (isDirty || isNew) && 'sticky bottom-0',
      )}
    >
      <div role="alert" className="text-sm">
        {failure !== undefined && <FaultLine text={failure} />}
      </div>
      <div className="flex flex-wrap items-center gap-3">
        <TextInput
          aria-label="Why, for the history"
          placeholder="Why? (optional, for the history)"
          value={comment}
          onChange={onComment}
          maxLength={LONGEST_COMMENT}
          className={clsx(
            'h-11 flex-1 basis-full sm:basis-48',
            !isDirty && !isNew && 'max-sm:hidden',
          )}
        />
        {isDirty && !isNew && (
          <Button variant="quiet" onClick={editor.revert}>
            Discard
          </Button>
        )}
        <Button
          variant="primary"
          disabled={isSaving || !isReadable || !isWritable || (!isDirty && !isNew)}
          className="max-sm:flex-1"
          onClick={onSave}
        >
          {label}
        </Button>
      </div>
      <p role="status" className="mt-1 min-h-5 text-ink-faint text-sm">
        {statusWords(editor, isWritable)}
      </p>
    </div>
  );
}

function statusWords(editor: SaveBarProps['editor'], isWritable: boolean): string {
  const { isDirty, isNew, hasSaved, faults } = editor;
  if (!isWritable) return 'Edits are off at the moment; the line above the page says why.';
  if (faults.length > 0) return `${plural(faults.length, 'thing')} to mend before it can be saved.`;
  if (isNew) return '';
  if (isDirty) return 'Unsaved changes.';
  return hasSaved ? 'Saved.' : 'No changes.';
}
