'use client';

import type { ReactNode } from 'react';
import { Field } from '@/components/ui/field';
import { NumberInput } from '@/components/ui/inputs';
import type { Amount } from './policy-draft';

const MS_PER_SECOND = 1_000;

interface NumberFieldProps {
  readonly label: string;
  readonly path: string;
  readonly hint?: ReactNode;
  readonly value: Amount;
  readonly onChange: (value: Amount) => void;
  /** Milliseconds, shown and typed as seconds. */
  readonly isPeriod?: boolean;
  readonly className?: string;
}

export function NumberField(props: NumberFieldProps) {
  const { label, path, hint, value, onChange, isPeriod = false, className } = props;
  return (
    <Field
      label={label}
      path={path}
      hint={hint}
      say={({ message }) => {
        if (value === null) return 'Enter a number.';
        return isPeriod ? `${message} (in milliseconds)` : message;
      }}
      {...(className !== undefined && { className })}
    >
      {(control) => (
        <NumberInput
          {...control}
          value={value}
          onChange={onChange}
          {...(isPeriod && { scale: MS_PER_SECOND, unit: 's' })}
        />
      )}
    </Field>
  );
}
