'use client';

import { EntityForm } from '@/components/admin/entity-form';
import { NameSection } from '@/components/admin/name-section';
import { useEditor } from '@/components/hooks/use-editor';
import { WhereSection } from '@/components/policies/where-section';
import { DestinationSection } from './destination-section';
import { RivalNotes } from './rival-notes';
import type { RouteDraft } from './route-draft';

const LIST = { href: '/upstreams', title: 'Upstreams' };

interface RouteFormProps {
  readonly initial: RouteDraft;
  readonly version: number | undefined;
}

/** A route: which requests, and where they go. */
export function RouteForm({ initial, version }: RouteFormProps) {
  const editor = useEditor('routes', initial, version);
  const { draft, saved, isNew, change } = editor;
  return (
    <EntityForm
      editor={editor}
      what="route"
      list={LIST}
      address="/upstreams/routes"
      detail={
        isNew
          ? 'Requests that it takes go to an upstream instead of being answered with 404.'
          : `A route to ${saved.upstream}. Policies may count by it.`
      }
      farewell={`Requests to ${saved.match.paths.join(', ')} go to another route that matches, or get 404. History keeps it and can bring it back.`}
    >
      <NameSection draft={draft} isNew={isNew} onChange={change} />
      <WhereSection kind="routes" draft={draft} onChange={change}>
        <RivalNotes draft={draft} />
      </WhereSection>
      <DestinationSection draft={draft} onChange={change} />
    </EntityForm>
  );
}
