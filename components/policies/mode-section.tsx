import { Choice } from '@/components/ui/choice';
import { Field } from '@/components/ui/field';
import { Checkbox, Select, TextInput } from '@/components/ui/inputs';
import { Section } from '@/components/ui/section';
import { ModeBadge } from './mode-badge';
import { NumberField } from './number-field';
import type { Mode, StoreFailureMode } from './policy-draft';
import type { SectionProps } from './section-props';

const MODES: readonly { readonly value: Mode; readonly hint: string }[] = [
  { value: 'enforce', hint: 'What exceeds a limit is refused with 429.' },
  { value: 'shadow', hint: 'Counts and reports what it would refuse, but lets everything pass.' },
  { value: 'off', hint: 'Does nothing.' },
];

const FAILURE_HINTS: Readonly<Record<StoreFailureMode, string>> = {
  open: 'Requests pass uncounted and say so.',
  closed: 'Requests are refused with 503.',
  local: 'Each replica holds its share in memory.',
};

/** How strict it is, among which others, and what happens while the store fails. */
export function ModeSection({ draft, onChange }: SectionProps) {
  const { mode, priority, final, on_store_failure, replicas, key_name } = draft;
  return (
    <Section title="Mode and failure">
      <Choice
        legend="Mode"
        isLegendHidden
        shape="list"
        value={mode}
        onChange={(next) => onChange({ mode: next })}
        options={MODES.map(({ value, hint }) => ({
          value,
          hint,
          label: <ModeBadge mode={value} />,
        }))}
      />
      <div className="mt-5 grid gap-x-6 gap-y-4 sm:grid-cols-2">
        <Field
          label="While the store fails"
          path="on_store_failure"
          hint={FAILURE_HINTS[on_store_failure]}
        >
          {(control) => (
            <Select
              {...control}
              value={on_store_failure}
              onChange={(next) => onChange({ on_store_failure: next as StoreFailureMode })}
            >
              <option value="open">let pass</option>
              <option value="closed">refuse</option>
              <option value="local">limit locally</option>
            </Select>
          )}
        </Field>
        <NumberField
          label="Replicas"
          path="replicas"
          hint="How many share the limits; what local divides by"
          value={replicas}
          onChange={(count) => onChange({ replicas: count })}
        />
        <NumberField
          label="Priority"
          path="priority"
          hint="Higher is asked first"
          value={priority}
          onChange={(rank) => onChange({ priority: rank })}
        />
        <Field
          label="Key name"
          path="key_name"
          hint="Sets its counters apart; its name unless given"
        >
          {(control) => (
            <TextInput
              {...control}
              isCode
              value={key_name ?? ''}
              placeholder={key_name === '' ? 'the empty name' : draft.name}
              onChange={(text) => onChange({ key_name: text === '' ? undefined : text })}
            />
          )}
        </Field>
      </div>
      <Checkbox
        label="Final"
        hint="Policies after this one are left out while it is enforced"
        checked={final}
        onChange={(isFinal) => onChange({ final: isFinal })}
      />
    </Section>
  );
}
