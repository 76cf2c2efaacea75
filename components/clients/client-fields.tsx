'use client';

import { NameField } from '@/components/admin/name-field';
import type { Collection, Tier } from '@/components/admin/resources';
import { PATHS, useAdmin } from '@/components/hooks/use-admin';
import { Field } from '@/components/ui/field';
import { Checkbox, Select, TextInput } from '@/components/ui/inputs';
import type { ClientDraft } from './client-draft';

interface ClientFieldsProps {
  readonly draft: ClientDraft;
  readonly isNew: boolean;
  readonly onChange: (patch: Partial<ClientDraft>) => void;
}

export function ClientFields({ draft, isNew, onChange }: ClientFieldsProps) {
  const { data: tiers } = useAdmin<Collection<Tier>>(PATHS.tiers, { onFocus: false });
  const names = tiers?.items.map(({ name }) => name) ?? [];
  return (
    <div className="grid gap-x-6 gap-y-4 sm:grid-cols-2">
      {isNew && <NameField value={draft.name} isNew onChange={(name) => onChange({ name })} />}
      <Field label="Description" path="description" hint="For people only">
        {(control) => (
          <TextInput
            {...control}
            value={draft.description}
            onChange={(description) => onChange({ description })}
          />
        )}
      </Field>
      <Field label="Tier" path="tier" hint="Whose limits it gets; a key may have another">
        {(control) => (
          <Select
            {...control}
            value={draft.tier ?? ''}
            onChange={(tier) => onChange({ tier: tier === '' ? undefined : tier })}
          >
            <option value="">none</option>
            {[...new Set([...names, ...(draft.tier === undefined ? [] : [draft.tier])])].map(
              (name) => (
                <option key={name}>{name}</option>
              ),
            )}
          </Select>
        )}
      </Field>
      <Field
        label="User"
        path="user"
        hint="Whom tokens name as their subject; its own name unless given"
      >
        {(control) => (
          <TextInput
            {...control}
            isCode
            placeholder={draft.name}
            value={draft.user ?? ''}
            onChange={(user) => onChange({ user: user === '' ? undefined : user })}
          />
        )}
      </Field>
      <Checkbox
        label="Enabled"
        hint="A disabled client’s keys and tokens are refused with 401"
        checked={draft.enabled}
        onChange={(enabled) => onChange({ enabled })}
      />
    </div>
  );
}
