'use client';

import { clsx } from 'clsx';
import { type ComponentProps, useState } from 'react';

const BOX =
  'w-full min-w-0 rounded-lg border border-edge bg-panel px-3 placeholder:text-ink-faint disabled:opacity-60 aria-invalid:border-denied-text';

interface TextInputProps extends Omit<ComponentProps<'input'>, 'onChange'> {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** For names, paths and other text that machines read. */
  readonly isCode?: boolean;
}

export function TextInput({ onChange, isCode = false, className, ...props }: TextInputProps) {
  return (
    <input
      type="text"
      autoComplete="off"
      spellCheck={!isCode}
      {...(isCode && { autoCapitalize: 'none', autoCorrect: 'off' })}
      onChange={({ target }) => onChange(target.value)}
      className={clsx(BOX, 'h-10', isCode && 'font-mono text-sm', className)}
      {...props}
    />
  );
}

interface SelectProps extends Omit<ComponentProps<'select'>, 'onChange'> {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function Select({ onChange, className, ...props }: SelectProps) {
  return (
    <select
      onChange={({ target }) => onChange(target.value)}
      className={clsx(BOX, 'h-10', className)}
      {...props}
    />
  );
}

interface NumberInputProps extends Omit<ComponentProps<'input'>, 'value' | 'onChange'> {
  /** null: nothing, or nothing that is a number. */
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  /** What one unit of the shown number is worth in the value; 1,000 shows milliseconds as seconds. */
  readonly scale?: number;
  readonly unit?: string;
}

/** A number as it is typed: an unfinished one stays on the screen and is null to the form. */
export function NumberInput(props: NumberInputProps) {
  const { value, onChange, scale = 1, unit, className, ...rest } = props;
  const [draft, setDraft] = useState<string>();
  const shown = value === null ? '' : String(value / scale);

  function type(text: string) {
    setDraft(text);
    onChange(numberOf(text, scale));
  }

  return (
    <span className="relative block">
      <input
        type="text"
        inputMode="decimal"
        autoComplete="off"
        value={draft ?? shown}
        onChange={({ target }) => type(target.value)}
        onBlur={() => setDraft((text) => (text !== undefined && value === null ? text : undefined))}
        className={clsx(BOX, 'h-10 font-mono text-sm', unit !== undefined && 'pr-9', className)}
        {...rest}
      />
      {unit !== undefined && (
        <span
          aria-hidden="true"
          className="pointer-events-none absolute inset-y-0 right-3 flex items-center text-ink-faint text-sm"
        >
          {unit}
        </span>
      )}
    </span>
  );
}

function numberOf(text: string, scale: number): number | null {
  const trimmed = text.trim().replaceAll(',', '');
  if (!/^-?\d+(\.\d+)?$/.test(trimmed)) return null;
  // 0.29 s is 290 ms, where floats say 289.99999999999994.
  return Number((Number(trimmed) * scale).toPrecision(15));
}

interface LinesInputProps extends Omit<ComponentProps<'textarea'>, 'value' | 'onChange'> {
  readonly value: readonly string[];
  readonly onChange: (lines: readonly string[]) => void;
}

/** A list, one entry a line. Empty lines are on the screen only. */
export function LinesInput({ value, onChange, className, ...props }: LinesInputProps) {
  const [draft, setDraft] = useState<string>();
  const kept = value.join('\n');
  const shown = draft !== undefined && linesOf(draft).join('\n') === kept ? draft : kept;
  return (
    <textarea
      rows={Math.min(8, Math.max(2, shown.split('\n').length))}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      value={shown}
      onChange={({ target }) => {
        setDraft(target.value);
        onChange(linesOf(target.value));
      }}
      className={clsx(BOX, 'block resize-y whitespace-pre py-2 font-mono text-sm', className)}
      {...props}
    />
  );
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

interface CheckboxProps extends Omit<ComponentProps<'input'>, 'onChange'> {
  readonly label: string;
  readonly hint?: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function Checkbox({ label, hint, onChange, className, ...props }: CheckboxProps) {
  return (
    <label className={clsx('flex min-h-9 items-start gap-2.5 py-1.5', className)}>
      <input
        type="checkbox"
        onChange={({ target }) => onChange(target.checked)}
        className="mt-0.5 size-5 shrink-0 accent-accent"
        {...props}
      />
      <span>
        {label}
        {hint !== undefined && <span className="block text-ink-faint text-sm">{hint}</span>}
      </span>
    </label>
  );
}
