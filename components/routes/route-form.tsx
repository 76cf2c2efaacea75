'use client';

import { ArrowLeft, Trash2 } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { ConflictView } from '@/components/admin/conflict-view';
import { FaultSummary } from '@/components/admin/fault-summary';
import { LeaveGuard } from '@/components/admin/leave-guard';
import { NameField } from '@/components/admin/name-field';
import { SaveBar } from '@/components/admin/save-bar';
import { useConfigurationHealth } from '@/components/hooks/use-configuration-health';
import { useEditor } from '@/components/hooks/use-editor';
import { WhereSection } from '@/components/policies/where-section';
import { Button } from '@/components/ui/button';
import { Confirm } from '@/components/ui/confirm';
import { Faults } from '@/components/ui/faults';
import { Field } from '@/components/ui/field';
import { TextInput } from '@/components/ui/inputs';
import { PageHeading } from '@/components/ui/page-heading';
import { Section } from '@/components/ui/section';
import { DestinationSection } from './destination-section';
import type { RouteDraft } from './route-draft';

interface RouteFormProps {
  readonly initial: RouteDraft;
  readonly version: number | undefined;
}

/** A route: which requests, and where they go. */
export function RouteForm({ initial, version }: RouteFormProps) {
  const router = useRouter();
  const editor = useEditor('routes', initial, version);
  const { draft, saved, isNew, change, refusals } = editor;
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
    if (isNew) router.replace(`/upstreams/routes/${entity.name}`);
  }

  async function applyMine() {
    if ((await editor.applyMine(comment)) !== undefined) setComment('');
  }

  return (
    <div ref={form} className="max-w-4xl">
      <LeaveGuard isDirty={editor.isDirty} />
      <Link
        href="/upstreams"
        className="mb-3 inline-flex items-center gap-1.5 text-ink-soft text-sm hover:text-ink"
      >
        <ArrowLeft className="size-4" aria-hidden="true" />
        Upstreams
      </Link>
      <PageHeading
        title={isNew ? 'New route' : saved.name}
        detail={
          isNew
            ? 'Requests that it takes go to an upstream instead of being answered with 404.'
            : `A route to ${saved.upstream}. Policies may count by it.`
        }
      >
        {!isNew && (
          <Button variant="strong" disabled={!isWritable} onClick={() => setDeleting(true)}>
            <Trash2 className="size-4" aria-hidden="true" />
            Delete…
          </Button>
        )}
      </PageHeading>
      {refusals > 0 && <FaultSummary faults={editor.faults} />}
      <Faults faults={editor.faults}>
        <Section title="What it is">
          <div className="grid gap-x-6 gap-y-4 sm:grid-cols-[minmax(0,1fr)_minmax(0,2fr)]">
            <NameField value={draft.name} isNew={isNew} onChange={(name) => change({ name })} />
            <Field label="Description" path="description">
              {(control) => (
                <TextInput
                  {...control}
                  value={draft.description}
                  onChange={(description) => change({ description })}
                />
              )}
            </Field>
          </div>
        </Section>
        <WhereSection draft={draft} onChange={change} />
        <DestinationSection draft={draft} onChange={change} />
      </Faults>
      <SaveBar
        editor={editor}
        comment={comment}
        onComment={setComment}
        onSave={() => void save()}
        label={isNew ? 'Create route' : 'Save'}
      />
      <ConflictView editor={editor} onMine={() => void applyMine()} />
      {isDeleting && (
        <Confirm
          title={`Delete ${saved.name}?`}
          action="Delete route"
          isDanger
          onConfirm={async () => {
            await editor.remove();
            router.push('/upstreams');
          }}
          onClose={() => setDeleting(false)}
        >
          <p>
            Requests to {saved.match.paths.join(', ')} go to another route that matches, or get 404.
            History keeps it and can bring it back.
          </p>
        </Confirm>
      )}
    </div>
  );
}
