'use client';

import type { Collection } from '@/components/admin/resources';
import { useAdmin } from '@/components/hooks/use-admin';
import { Field } from '@/components/ui/field';
import { Checkbox, NumberInput, Select, TextInput } from '@/components/ui/inputs';
import { Section } from '@/components/ui/section';
import type { Upstream } from '@/lib/policy';
import { PathWay } from './path-way';
import type { SectionProps } from './route-draft';
import { routeExample } from './route-words';

const BYTES_PER_MIB = 1_048_576;

/** Where a route's requests go, and what becomes of them on the way. */
export function DestinationSection({ draft, onChange }: SectionProps) {
  const { upstream, strip_prefix, add_prefix, max_body_bytes, cache } = draft;
  const { data } = useAdmin<Collection<Upstream>>('/upstreams', { onFocus: false });
  const names = data?.items.map(({ name }) => name) ?? [];
  const choices = upstream === '' ? names : [...new Set([...names, upstream])];
  return (
    <Section title="Where to">
      <div className="grid gap-x-6 gap-y-4 sm:grid-cols-3">
        <Field label="Upstream" path="upstream">
          {(control) => (
            <Select {...control} value={upstream} onChange={(name) => onChange({ upstream: name })}>
              {upstream === '' && <option value="">choose one</option>}
              {choices.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Strip prefix" path="strip_prefix" hint="Taken off the path, such as /shop">
          {(control) => (
            <TextInput
              {...control}
              isCode
              value={strip_prefix}
              onChange={(prefix) => onChange({ strip_prefix: prefix })}
            />
          )}
        </Field>
        <Field label="Add prefix" path="add_prefix" hint="Put before it then, such as /v2">
          {(control) => (
            <TextInput
              {...control}
              isCode
              value={add_prefix}
              onChange={(prefix) => onChange({ add_prefix: prefix })}
            />
          )}
        </Field>
      </div>
      <Example draft={draft} />
      <div className="mt-4 grid gap-x-6 gap-y-4 sm:grid-cols-3">
        <Field
          label="Largest body"
          path="max_body_bytes"
          hint="A longer request is refused with 413"
          say={({ message }) =>
            max_body_bytes === null ? 'Enter a number.' : `${message} (in bytes)`
          }
        >
          {(control) => (
            <NumberInput
              {...control}
              value={max_body_bytes}
              scale={BYTES_PER_MIB}
              unit="MiB"
              className="pr-12"
              onChange={(bytes) =>
                onChange({ max_body_bytes: bytes === null ? null : Math.round(bytes) })
              }
            />
          )}
        </Field>
        <Checkbox
          label="Cache answers"
          hint="To GET, for as long as their Cache-Control allows"
          checked={cache}
          onChange={(isCached) => onChange({ cache: isCached })}
          className="sm:col-span-2 sm:mt-5"
        />
      </div>
    </Section>
  );
}

/** What becomes of a path, as the form stands. */
function Example({ draft }: Pick<SectionProps, 'draft'>) {
  const example = routeExample(draft);
  return (
    <p className="mt-2 flex flex-wrap items-center gap-x-2 rounded-lg bg-raised px-3 py-2 text-ink-soft text-sm">
      {example === undefined ? (
        'Enter a path above to see how it goes on.'
      ) : (
        <>
          <PathWay example={example} />
          <span>at {draft.upstream === '' ? 'the upstream' : draft.upstream}</span>
        </>
      )}
    </p>
  );
}
