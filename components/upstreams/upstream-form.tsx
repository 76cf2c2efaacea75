'use client';

import Link from 'next/link';
import { EntityForm } from '@/components/admin/entity-form';
import { NameSection } from '@/components/admin/name-section';
import type { Collection } from '@/components/admin/resources';
import { useAdmin } from '@/components/hooks/use-admin';
import { useEditor } from '@/components/hooks/use-editor';
import type { Route } from '@/lib/policy';
import { BalanceSection } from './balance-section';
import { SettingsSection } from './settings-section';
import { TargetsSection } from './targets-section';
import type { UpstreamDraft } from './upstream-draft';

const LIST = { href: '/upstreams', title: 'Upstreams' };

interface UpstreamFormProps {
  readonly initial: UpstreamDraft;
  readonly version: number | undefined;
  readonly defaults: UpstreamDraft;
}

/** An upstream and everything that can be set about it. */
export function UpstreamForm({ initial, version, defaults }: UpstreamFormProps) {
  const editor = useEditor('upstreams', initial, version);
  const { draft, saved, isNew, change, faults } = editor;
  const { data } = useAdmin<Collection<Route>>('/routes');
  const routes = data?.items.filter(({ upstream }) => upstream === saved.name);
  return (
    <EntityForm
      editor={editor}
      what="upstream"
      list={LIST}
      address="/upstreams"
      detail={
        isNew ? (
          'It gets requests once a route leads to it.'
        ) : (
          <>
            What stays as it is keeps its connections; requests in flight are answered.
            <RoutesInTheWay names={routes?.map(({ name }) => name) ?? []} />
          </>
        )
      }
      isDeletable={routes?.length === 0}
      farewell="No route leads to it. Requests in flight are answered. History keeps it and can bring it back."
    >
      <NameSection draft={draft} isNew={isNew} onChange={change} />
      <TargetsSection draft={draft} onChange={change} />
      <BalanceSection draft={draft} onChange={change} />
      <SettingsSection draft={draft} onChange={change} defaults={defaults} faults={faults} />
    </EntityForm>
  );
}

const MOST_NAMED = 8;

/** The routes that keep an upstream from being deleted. */
function RoutesInTheWay({ names }: { names: readonly string[] }) {
  if (names.length === 0) return null;
  const rest = names.length - MOST_NAMED;
  return (
    <>
      {' '}
      Routes that lead to it keep it from being deleted:{' '}
      {names.slice(0, MOST_NAMED).map((name, index) => (
        <span key={name}>
          {index > 0 && ', '}
          <Link href={`/upstreams/routes/${name}`} className="wrap-anywhere text-ink underline">
            {name}
          </Link>
        </span>
      ))}
      {rest > 0 && ` and ${rest} more`}.
    </>
  );
}
