'use client';

import { Plus, Trash2 } from 'lucide-react';
import { useRef } from 'react';
import { algorithmName } from '@/components/traffic/algorithm-name';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { Select, TextInput } from '@/components/ui/inputs';
import type { LimitFields } from '@/lib/policy';
import { fieldWords, withAlgorithm } from './limit-field';
import { NumberField } from './number-field';
import { BLANK_POLICY, type LimitDraft } from './policy-draft';
import { limitWords } from './words';

const MOST_LIMITS = 16;

interface LimitsEditorProps {
  readonly limits: readonly LimitDraft[];
  readonly onChange: (limits: readonly LimitDraft[]) => void;
  /** Where the list is in the document. */
  readonly path: string;
  readonly algorithms: readonly LimitFields[];
  /** Fewest that make sense. */
  readonly least: number;
}

/** A list of limits, each an algorithm and its numbers. */
export function LimitsEditor({ limits, onChange, path, algorithms, least }: LimitsEditorProps) {
  const addButton = useRef<HTMLButtonElement>(null);
  return (
    <div className="flex flex-col gap-4">
      {limits.map((limit, index) => (
        <LimitEditor
          // biome-ignore lint/suspicious/noArrayIndexKey: limits have no identity but their place.
          key={index}
          limit={limit}
          position={index + 1}
          path={`${path}[${index}]`}
          algorithms={algorithms}
          onChange={(changed) => onChange(limits.with(index, changed))}
          onRemove={
            limits.length > least
              ? () => {
                  onChange(limits.toSpliced(index, 1));
                  addButton.current?.focus();
                }
              : undefined
          }
        />
      ))}
      {limits.length < MOST_LIMITS && (
        <Button
          ref={addButton}
          variant="strong"
          className="self-start"
          onClick={() => onChange([...limits, ...BLANK_POLICY.limits])}
        >
          <Plus className="size-4" aria-hidden="true" />
          Add a limit
        </Button>
      )}
    </div>
  );
}

interface LimitEditorProps {
  readonly limit: LimitDraft;
  readonly position: number;
  readonly path: string;
  readonly algorithms: readonly LimitFields[];
  readonly onChange: (limit: LimitDraft) => void;
  readonly onRemove: (() => void) | undefined;
}

function LimitEditor({ limit, position, path, algorithms, onChange, onRemove }: LimitEditorProps) {
  const chosen = algorithms.find(({ algorithm }) => algorithm === limit.algorithm);
  return (
    <fieldset className="rounded-xl border border-line px-4 pt-3 pb-2">
      <legend className="sr-only">Limit {position}</legend>
      <div className="mb-2 flex items-center justify-between gap-4">
        <p className="font-mono text-ink-soft text-sm">{limitWords(limit)}</p>
        {onRemove !== undefined && (
          <IconButton label={`Remove limit ${position}`} className="-mr-2" onClick={onRemove}>
            <Trash2 />
          </IconButton>
        )}
      </div>
      <div className="grid grid-cols-2 gap-x-4 gap-y-4 sm:grid-cols-[minmax(0,1.6fr)_repeat(3,minmax(0,1fr))]">
        <Field label="Algorithm" path={`${path}.algorithm`} className="max-sm:col-span-2">
          {(control) => (
            <Select
              {...control}
              value={limit.algorithm}
              onChange={(name) => {
                const next = algorithms.find(({ algorithm }) => algorithm === name);
                if (next !== undefined) onChange(withAlgorithm(limit, next));
              }}
            >
              {chosen === undefined && <option value={limit.algorithm}>{limit.algorithm}</option>}
              {algorithms.map(({ algorithm }) => (
                <option key={algorithm} value={algorithm}>
                  {algorithmName(algorithm)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {chosen?.numbers.map((field) => {
          const { label, hint, isPeriod } = fieldWords(limit.algorithm, field);
          const value = limit[field];
          return (
            <NumberField
              key={field}
              label={label}
              path={`${path}.${field}`}
              hint={hint}
              isPeriod={isPeriod}
              value={typeof value === 'number' ? value : null}
              onChange={(amount) => onChange({ ...limit, [field]: amount })}
            />
          );
        })}
        <Field
          label="Name in headers"
          path={`${path}.name`}
          hint="The policy’s unless given"
          className="max-sm:col-span-2"
        >
          {(control) => (
            <TextInput
              {...control}
              isCode
              value={limit.name ?? ''}
              onChange={(text) => onChange(renamed(limit, text))}
            />
          )}
        </Field>
      </div>
    </fieldset>
  );
}

function renamed({ name: _, ...limit }: LimitDraft, text: string): LimitDraft {
  return (text === '' ? limit : { ...limit, name: text }) as LimitDraft;
}
