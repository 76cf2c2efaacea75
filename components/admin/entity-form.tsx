'use client';

import { ArrowLeft, Trash2 } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useConfigurationHealth } from '@/components/hooks/use-configuration-health';
import type { Editor } from '@/components/hooks/use-editor';
import { Button } from '@/components/ui/button';
import { Confirm } from '@/components/ui/confirm';
import { Faults } from '@/components/ui/faults';
import { PageHeading } from '@/components/ui/page-heading';
import { ConflictView } from './conflict-view';
import { FaultSummary } from './fault-summary';
import { LeaveGuard } from './leave-guard';
import { SaveBar } from './save-bar';

interface EntityFormProps<T> {
  readonly editor: Editor<T>;
  /** What it is one of, such as `route`. */
  readonly what: string;
  /** Where the way back leads. */
  readonly list: { readonly href: string; readonly title: string };
  /** Below it each has its page. */
  readonly address: string;
  readonly detail: ReactNode;
  /** Whether nothing stands in the way of deleting it. */
  readonly isDeletable?: boolean;
  /** What deleting it means. */
  readonly farewell: ReactNode;
  readonly children: ReactNode;
}

/** What forms have around their sections: the way back, saving, deleting, and what may come between. */
export function EntityForm<T extends { readonly name: string }>(props: EntityFormProps<T>) {
  const { editor, what, list, address, detail, isDeletable = true, farewell, children } = props;
  const { saved, isNew, refusals } = editor;
  const router = useRouter();
  const { isWritable } = useConfigurationHealth();
  const [comment, setComment] = useState('');
  const [isDeleting, setDeleting] = useState(false);
  const form = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (refusals > 0) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [refusals]);

  async function save() {
    const entity = await editor.save(comment);
    if (entity === undefined) return;
    setComment('');
    if (isNew) router.replace(`${address}/${entity.name}`);
  }

  async function applyMine() {
    if ((await editor.applyMine(comment)) !== undefined) setComment('');
  }

  return (
    <div ref={form} className="max-w-4xl">
      <LeaveGuard isDirty={editor.isDirty} />
      <Link
        href={list.href}
        className="mb-3 inline-flex items-center gap-1.5 text-ink-soft text-sm hover:text-ink"
      >
        <ArrowLeft className="size-4" aria-hidden="true" />
        {list.title}
      </Link>
      <PageHeading title={isNew ? `New ${what}` : saved.name} detail={detail}>
        {!isNew && (
          <Button
            variant="strong"
            disabled={!isWritable || !isDeletable}
            onClick={() => setDeleting(true)}
          >
            <Trash2 className="size-4" aria-hidden="true" />
            Delete…
          </Button>
        )}
      </PageHeading>
      {refusals > 0 && <FaultSummary faults={editor.faults} />}
      <Faults faults={editor.faults}>{children}</Faults>
      <SaveBar
        editor={editor}
        comment={comment}
        onComment={setComment}
        onSave={() => void save()}
        label={isNew ? `Create ${what}` : 'Save'}
      />
      <ConflictView editor={editor} onMine={() => void applyMine()} />
      {isDeleting && (
        <Confirm
          title={`Delete ${saved.name}?`}
          action={`Delete ${what}`}
          isDanger
          onConfirm={async () => {
            await editor.remove();
            router.push(list.href);
          }}
          onClose={() => setDeleting(false)}
        >
          <p>{farewell}</p>
        </Confirm>
      )}
    </div>
  );
}
