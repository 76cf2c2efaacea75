'use client';

import { clsx } from 'clsx';
import { type ReactNode, useId } from 'react';

interface Option<T extends string> {
  readonly value: T;
  readonly label: ReactNode;
  readonly hint?: string;
}

interface ChoiceProps<T extends string> {
  readonly legend: string;
  readonly isLegendHidden?: boolean;
  readonly options: readonly Option<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
  /** `row`: words side by side; `list`: one under another with what each means. */
  readonly shape: 'row' | 'list';
}

/** One of a few, all of them seen. */
export function Choice<T extends string>(props: ChoiceProps<T>) {
  const { legend, isLegendHidden = false, options, value, onChange, shape } = props;
  const name = useId();
  return (
    <fieldset className="min-w-0">
      <legend className={clsx('mb-1 font-semibold text-sm', isLegendHidden && 'sr-only')}>
        {legend}
      </legend>
      <div
        className={shape === 'row' ? 'flex w-fit rounded-lg bg-raised p-1' : 'flex flex-col gap-1'}
      >
        {options.map((option) => (
          <label
            key={option.value}
            className={clsx(
              'has-focus-visible:outline-2 has-focus-visible:outline-accent-text',
              shape === 'row'
                ? 'flex h-9 items-center rounded-md px-3 text-sm'
                : 'flex items-start gap-3 rounded-lg border px-3 py-2',
              shape === 'row' &&
                (option.value === value
                  ? 'bg-panel text-ink shadow-sm'
                  : 'text-ink-soft hover:text-ink'),
              shape === 'list' &&
                (option.value === value
                  ? 'border-accent-text bg-panel'
                  : 'border-line hover:border-edge'),
            )}
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
              className={shape === 'row' ? 'sr-only' : 'mt-1 size-4 shrink-0 accent-accent'}
            />
            <span className="min-w-0">
              <span className={clsx(shape === 'list' && 'font-semibold')}>{option.label}</span>
              {option.hint !== undefined && (
                <span className="block text-ink-soft text-sm">{option.hint}</span>
              )}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
