'use client';

import { ArrowLeft, Trash2 } from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { ConflictView } from '@/components/admin/conflict-view';
import { FaultSummary } from '@/components/admin/fault-summary';
import { LeaveGuard } from '@/components/admin/leave-guard';
import { NameSection } from '@/components/admin/name-section';
import type { Collection, Tier } from '@/components/admin/resources';
import { SaveBar } from '@/components/admin/save-bar';
import { PATHS, useAdmin } from '@/components/hooks/use-admin';
import { useConfigurationHealth } from '@/components/hooks/use-configuration-health';
import { useEditor } from '@/components/hooks/use-editor';
import { Button } from '@/components/ui/button';
import { Choice } from '@/components/ui/choice';
import { Confirm } from '@/components/ui/confirm';
import { Faults } from '@/components/ui/faults';
import { PageHeading } from '@/components/ui/page-heading';
import { Section } from '@/components/ui/section';
import type { LimitFields } from '@/lib/policy';
import { CallersSection } from './callers-section';
import { CostSection } from './cost-section';
import { EnforceButton } from './enforce-button';
import { LimitsEditor } from './limits-editor';
import { ModeBadge } from './mode-badge';
import { ModeSection } from './mode-section';
import { OverridesSection } from './overrides-section';
import type { PolicyDraft } from './policy-draft';
import { ScopeSection } from './scope-section';
import { Tester } from './tester';
import { WhereSection } from './where-section';

const JsonView = dynamic(() => import('./json-view'), { ssr: false });

interface PolicyFormProps {
  readonly initial: PolicyDraft;
  readonly version: number | undefined;
  readonly algorithms: readonly LimitFields[];
}

/** A policy and everything that can be done with it. */
export function PolicyForm({ initial, version, algorithms }: PolicyFormProps) {
  const router = useRouter();
  const editor = useEditor('policies', initial, version);
  const { draft, saved, isNew, change } = editor;
  const { data: tiers } = useAdmin<Collection<Tier>>(PATHS.tiers, { onFocus: false });
  const { isWritable } = useConfigurationHealth();
  const [comment, setComment] = useState('');
  const [view, setView] = useState<'form' | 'json'>('form');
  const [isReadable, setReadable] = useState(true);
  const [isDeleting, setDeleting] = useState(false);
  const form = useRef<HTMLDivElement>(null);

  const { refusals } = editor;
  useEffect(() => {
    if (refusals > 0) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [refusals]);

  async function save() {
    const entity = await editor.save(comment);
    if (entity === undefined) return;
    setComment('');
    if (isNew) router.replace(`/policies/${entity.name}`);
  }

  async function enforce() {
    await editor.save('From shadow to enforce', { mode: 'enforce' });
  }

  async function applyMine() {
    const entity = await editor.applyMine(comment);
    if (entity !== undefined) setComment('');
  }

  return (
    <div ref={form}>
      <LeaveGuard isDirty={editor.isDirty} />
      <Link
        href="/policies"
        className="mb-3 inline-flex items-center gap-1.5 text-ink-soft text-sm hover:text-ink"
      >
        <ArrowLeft className="size-4" aria-hidden="true" />
        Policies
      </Link>
      <PageHeading
        title={isNew ? 'New policy' : saved.name}
        detail={
          isNew ? (
            'It starts in shadow: it counts, and refuses nobody yet.'
          ) : (
            <ModeBadge mode={saved.mode} />
          )
        }
      >
        <Choice
          legend="View"
          isLegendHidden
          shape="row"
          value={view}
          onChange={(next) => {
            if (isReadable) setView(next);
          }}
          options={[
            { value: 'form', label: 'Form' },
            { value: 'json', label: 'JSON' },
          ]}
        />
        {!isNew && (
          <Button variant="strong" disabled={!isWritable} onClick={() => setDeleting(true)}>
            <Trash2 className="size-4" aria-hidden="true" />
            Delete…
          </Button>
        )}
        {!isNew && saved.mode === 'shadow' && (
          <EnforceButton policy={saved.name} isDisabled={!isWritable} onEnforce={enforce} />
        )}
      </PageHeading>
      {refusals > 0 && <FaultSummary faults={editor.faults} />}
      <div className="grid gap-x-12 gap-y-10 lg:grid-cols-[minmax(0,1fr)_24rem]">
        <div className="min-w-0">
          <Faults faults={editor.faults}>
            {view === 'json' ? (
              <JsonView
                draft={draft}
                faults={editor.faults}
                onChange={editor.replace}
                onReadable={setReadable}
              />
            ) : (
              <>
                <NameSection draft={draft} isNew={isNew} onChange={change} />
                <WhereSection kind="policies" draft={draft} onChange={change} />
                <ScopeSection draft={draft} onChange={change} />
                <Section
                  title="Limits"
                  detail="All have to allow a request, and then all count it."
                >
                  <LimitsEditor
                    limits={draft.limits}
                    onChange={(limits) => change({ limits })}
                    path="limits"
                    algorithms={algorithms}
                    least={1}
                  />
                </Section>
                <OverridesSection
                  draft={draft}
                  onChange={change}
                  algorithms={algorithms}
                  tiers={tiers?.items.map(({ name }) => name)}
                />
                <CostSection draft={draft} onChange={change} />
                <ModeSection draft={draft} onChange={change} />
                <CallersSection draft={draft} onChange={change} />
              </>
            )}
          </Faults>
          <SaveBar
            editor={editor}
            comment={comment}
            onComment={setComment}
            onSave={() => void save()}
            isReadable={isReadable}
            label={isNew ? 'Create policy' : 'Save'}
          />
        </div>
        <div className="min-w-0 lg:sticky lg:top-6 lg:max-h-[calc(100dvh-3rem)] lg:self-start lg:overflow-y-auto lg:pr-1">
          <Tester
            draft={draft}
            isSound={editor.isSound && isReadable}
            isFaulty={editor.faults.length > 0 || !isReadable}
          />
        </div>
      </div>
      <ConflictView editor={editor} onMine={() => void applyMine()} />
      {isDeleting && (
        <Confirm
          title={`Delete ${saved.name}?`}
          action="Delete policy"
          isDanger
          onConfirm={async () => {
            await editor.remove();
            router.push('/policies');
          }}
          onClose={() => setDeleting(false)}
        >
          <p>
            Requests to {saved.match.paths.join(', ')} are no longer limited by it. History keeps it
            and can bring it back.
          </p>
        </Confirm>
      )}
    </div>
  );
}
