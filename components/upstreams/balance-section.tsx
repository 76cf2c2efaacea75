import { Choice } from '@/components/ui/choice';
import { Field } from '@/components/ui/field';
import { Select, TextInput } from '@/components/ui/inputs';
import { Section } from '@/components/ui/section';
import type { SectionProps } from './upstream-draft';

const METHODS = [
  { value: 'round-robin', label: 'Round robin', hint: 'One after another, by weight.' },
  {
    value: 'least-connections',
    label: 'Least connections',
    hint: 'The one with the fewest requests in flight, by weight.',
  },
  {
    value: 'consistent-hash',
    label: 'Consistent hash',
    hint: 'The same one for the same caller, as long as it is well.',
  },
] as const;

const HEADER = 'header:';

/** Which target gets a request, and under which host name. */
export function BalanceSection({ draft, onChange }: SectionProps) {
  const { balance, hash_by, host } = draft;
  const isHeader = hash_by.startsWith(HEADER);
  const isNamed = host !== 'target' && host !== 'client';
  return (
    <Section title="Balance">
      <Choice
        legend="Balance"
        isLegendHidden
        shape="list"
        value={balance}
        onChange={(next) => onChange({ balance: next })}
        options={METHODS}
      />
      <div className="mt-5 grid gap-x-6 gap-y-4 sm:grid-cols-2">
        {balance === 'consistent-hash' && (
          <>
            <Field label="The same" path={isHeader ? 'hash_by.kind' : 'hash_by'}>
              {(control) => (
                <Select
                  {...control}
                  value={isHeader ? HEADER : hash_by}
                  onChange={(next) => onChange({ hash_by: next })}
                >
                  <option value="identity">caller</option>
                  <option value="ip">IP address</option>
                  <option value="path">path</option>
                  <option value={HEADER}>header</option>
                </Select>
              )}
            </Field>
            {isHeader && (
              <Field label="Header" path="hash_by" hint="In lower case, such as x-tenant">
                {(control) => (
                  <TextInput
                    {...control}
                    isCode
                    value={hash_by.slice(HEADER.length)}
                    onChange={(name) => onChange({ hash_by: `${HEADER}${name}` })}
                  />
                )}
              </Field>
            )}
          </>
        )}
        <Field label="Host header" path={isNamed ? 'host.kind' : 'host'} className="sm:col-start-1">
          {(control) => (
            <Select
              {...control}
              value={isNamed ? '' : host}
              onChange={(next) => onChange({ host: next })}
            >
              <option value="target">the target’s own</option>
              <option value="client">as the client asked</option>
              <option value="">always the same</option>
            </Select>
          )}
        </Field>
        {isNamed && (
          <Field label="Host name" path="host" hint="With a port where there is one">
            {(control) => (
              <TextInput
                {...control}
                isCode
                placeholder="api.example.org"
                value={host}
                onChange={(name) => onChange({ host: name })}
              />
            )}
          </Field>
        )}
      </div>
    </Section>
  );
}
