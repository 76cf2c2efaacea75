'use client';

import { type RefObject, useState } from 'react';
import { ConflictView } from '@/components/admin/conflict-view';
import { FaultSummary } from '@/components/admin/fault-summary';
import { NameField } from '@/components/admin/name-field';
import { useEditor } from '@/components/hooks/use-editor';
import { useFreshItem } from '@/components/hooks/use-fresh-item';
import { Button } from '@/components/ui/button';
import { Faults } from '@/components/ui/faults';
import { FaultLine, Field } from '@/components/ui/field';
import { TextInput } from '@/components/ui/inputs';
import { FailureNotice, Skeleton } from '@/components/ui/notice';
import { Sheet } from '@/components/ui/sheet';

interface TierDraft {
  readonly name: string;
  readonly description: string;
}

interface TierSheetProps {
  /** null: a new one. */
  readonly name: string | null;
  readonly onClose: () => void;
  readonly fallbackFocus: RefObject<HTMLElement | null>;
}

/** Makes a tier or changes one. */
export function TierSheet({ name, onClose, fallbackFocus }: TierSheetProps) {
  const { data, error, mutate } = useFreshItem<TierDraft>(name === null ? null : `/tiers/${name}`);
  return (
    <Sheet
      shape="side"
      title={name === null ? 'New tier' : name}
      onClose={onClose}
      fallbackFocus={fallbackFocus}
    >
      {name === null ? (
        <TierForm initial={{ name: '', description: '' }} version={undefined} onDone={onClose} />
      ) : data !== undefined ? (
        <TierForm initial={data.item} version={data.version} onDone={onClose} />
      ) : error !== undefined ? (
        <FailureNotice error={error} onRetry={() => void mutate()} />
      ) : (
        <Skeleton rows={2} />
      )}
    </Sheet>
  );
}

interface TierFormProps {
  readonly initial: TierDraft;
  readonly version: number | undefined;
  readonly onDone: () => void;
}

function TierForm({ initial, version, onDone }: TierFormProps) {
  const editor = useEditor('tiers', initial, version);
  const [comment, setComment] = useState('');
  const { draft, isNew, change } = editor;

  async function save() {
    if ((await editor.save(comment)) !== undefined) onDone();
  }

  async function applyMine() {
    if ((await editor.applyMine(comment)) !== undefined) onDone();
  }

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {editor.refusals > 0 && <FaultSummary faults={editor.faults} />}
      <Faults faults={editor.faults}>
        {isNew && <NameField value={draft.name} isNew onChange={(name) => change({ name })} />}
        <Field label="Description" path="description" hint="What it stands for">
          {(control) => (
            <TextInput
              {...control}
              value={draft.description}
              onChange={(description) => change({ description })}
            />
          )}
        </Field>
        <Field label="Why" path="comment" hint="Optional, for the history">
          {(control) => <TextInput {...control} value={comment} onChange={setComment} />}
        </Field>
      </Faults>
      <div role="alert">{editor.failure !== undefined && <FaultLine text={editor.failure} />}</div>
      <Button
        variant="primary"
        type="submit"
        disabled={editor.isSaving || (!isNew && !editor.isDirty)}
        className="mt-4 w-full"
      >
        {isNew ? 'Create tier' : 'Save'}
      </Button>
      <ConflictView editor={editor} onMine={() => void applyMine()} />
    </form>
  );
}
