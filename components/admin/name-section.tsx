import { Field } from '@/components/ui/field';
import { TextInput } from '@/components/ui/inputs';
import { Section } from '@/components/ui/section';
import { NameField } from './name-field';

interface Named {
  readonly name: string;
  readonly description: string;
}

interface NameSectionProps {
  readonly draft: Named;
  /** Of something new; what is there keeps its name. */
  readonly isNew: boolean;
  readonly onChange: (patch: Partial<Named>) => void;
}

/** What something is called, and what for. */
export function NameSection({ draft: { name, description }, isNew, onChange }: NameSectionProps) {
  return (
    <Section title="What it is">
      <div className="grid gap-x-6 gap-y-4 sm:grid-cols-[minmax(0,1fr)_minmax(0,2fr)]">
        <NameField value={name} isNew={isNew} onChange={(next) => onChange({ name: next })} />
        <Field label="Description" path="description">
          {(control) => (
            <TextInput
              {...control}
              value={description}
              onChange={(next) => onChange({ description: next })}
            />
          )}
        </Field>
      </div>
    </Section>
  );
}
