'use client';

import { Plus, Trash2 } from 'lucide-react';
import { useRef } from 'react';
import { NumberField } from '@/components/policies/number-field';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { TextInput } from '@/components/ui/inputs';
import { Section } from '@/components/ui/section';
import type { SectionProps, TargetDraft } from './upstream-draft';

const MOST_TARGETS = 256;
const BLANK_TARGET: TargetDraft = { url: '', weight: 1 };

/** Where its requests go. */
export function TargetsSection({ draft: { targets }, onChange }: SectionProps) {
  const addButton = useRef<HTMLButtonElement>(null);
  const replace = (index: number, target: TargetDraft) =>
    onChange({ targets: targets.with(index, target) });

  return (
    <Section title="Targets" detail="Servers that answer alike: scheme, host and port.">
      <div className="flex flex-col gap-2">
        {targets.map((target, index) => (
          <fieldset
            // biome-ignore lint/suspicious/noArrayIndexKey: targets have no identity but their place.
            key={index}
            className="grid grid-cols-[minmax(0,1fr)_5rem_2.75rem] gap-x-3"
          >
            <legend className="sr-only">Target {index + 1}</legend>
            <Field label="URL" path={`targets[${index}].url`}>
              {(control) => (
                <TextInput
                  {...control}
                  isCode
                  placeholder="http://127.0.0.1:8081"
                  value={target.url}
                  onChange={(url) => replace(index, { ...target, url })}
                />
              )}
            </Field>
            <NumberField
              label="Weight"
              path={`targets[${index}].weight`}
              value={target.weight}
              onChange={(weight) => replace(index, { ...target, weight })}
            />
            {targets.length > 1 && (
              <IconButton
                label={`Remove target ${index + 1}`}
                className="mt-6"
                onClick={() => {
                  onChange({ targets: targets.toSpliced(index, 1) });
                  addButton.current?.focus();
                }}
              >
                <Trash2 />
              </IconButton>
            )}
          </fieldset>
        ))}
        {targets.length < MOST_TARGETS && (
          <Button
            ref={addButton}
            variant="strong"
            className="self-start"
            onClick={() => onChange({ targets: [...targets, BLANK_TARGET] })}
          >
            <Plus className="size-4" aria-hidden="true" />
            Add a target
          </Button>
        )}
      </div>
    </Section>
  );
}
