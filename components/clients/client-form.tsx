'use client';

import { ArrowLeft, Trash2 } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { ConflictView } from '@/components/admin/conflict-view';
import { FaultSummary } from '@/components/admin/fault-summary';
import { LeaveGuard } from '@/components/admin/leave-guard';
import { SaveBar } from '@/components/admin/save-bar';
import { useConfigurationHealth } from '@/components/hooks/use-configuration-health';
import { useEditor } from '@/components/hooks/use-editor';
import { Button } from '@/components/ui/button';
import { Faults } from '@/components/ui/faults';
import { PageHeading } from '@/components/ui/page-heading';
import { Section } from '@/components/ui/section';
import type { ClientDraft } from './client-draft';
import { ClientFields } from './client-fields';
import { DeleteClient } from './delete-client';
import { EnabledBadge } from './enabled-badge';
import { KeySection } from './key-section';

interface ClientFormProps {
  readonly initial: ClientDraft;
  readonly version: number | undefined;
}

/** A client and its keys. */
export function ClientForm({ initial, version }: ClientFormProps) {
  const router = useRouter();
  const editor = useEditor('clients', initial, version);
  const { draft, saved } = editor;
  const { isWritable } = useConfigurationHealth();
  const [comment, setComment] = useState('');
  const [isDeleting, setDeleting] = useState(false);

  async function save() {
    if ((await editor.save(comment)) !== undefined) setComment('');
  }

  async function applyMine() {
    if ((await editor.applyMine(comment)) !== undefined) setComment('');
  }

  return (
    <>
      <LeaveGuard isDirty={editor.isDirty} />
      <Link
        href="/clients"
        className="mb-3 inline-flex items-center gap-1.5 text-ink-soft text-sm hover:text-ink"
      >
        <ArrowLeft className="size-4" aria-hidden="true" />
        Clients
      </Link>
      <PageHeading title={saved.name} detail={<EnabledBadge isEnabled={saved.enabled} />}>
        <Button variant="strong" disabled={!isWritable} onClick={() => setDeleting(true)}>
          <Trash2 className="size-4" aria-hidden="true" />
          Delete…
        </Button>
      </PageHeading>
      <KeySection client={saved.name} tier={saved.tier} />
      {editor.refusals > 0 && <FaultSummary faults={editor.faults} />}
      <Section title="Client">
        <Faults faults={editor.faults}>
          <ClientFields draft={draft} isNew={false} onChange={editor.change} />
        </Faults>
      </Section>
      <SaveBar
        editor={editor}
        comment={comment}
        onComment={setComment}
        onSave={() => void save()}
        label="Save"
      />
      <ConflictView editor={editor} onMine={() => void applyMine()} />
      {isDeleting && (
        <DeleteClient
          name={saved.name}
          onDelete={async () => {
            await editor.remove();
            router.push('/clients');
          }}
          onClose={() => setDeleting(false)}
        />
      )}
    </>
  );
}
