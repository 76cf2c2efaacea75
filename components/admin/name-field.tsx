import { Field } from '@/components/ui/field';
import { TextInput } from '@/components/ui/inputs';

interface NameFieldProps {
  readonly value: string;
  /** Of something new; what is there keeps its name. */
  readonly isNew: boolean;
  readonly onChange: (name: string) => void;
}

/** What policies, clients, tiers, upstreams and routes are called. */
export function NameField({ value, isNew, onChange }: NameFieldProps) {
  const hint = isNew ? 'a-z, 0-9 and -; it can’t be changed later' : 'Can’t be changed';
  return (
    <Field label="Name" path="name" hint={hint}>
      {(control) => (
        <TextInput
          {...control}
          isCode
          readOnly={!isNew}
          className={isNew ? undefined : 'bg-raised'}
          value={value}
          onChange={onChange}
        />
      )}
    </Field>
  );
}
