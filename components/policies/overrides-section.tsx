'use client';

import { Plus, Trash2 } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { Select } from '@/components/ui/inputs';
import { Section } from '@/components/ui/section';
import type { LimitFields } from '@/lib/policy';
import { LimitsEditor } from './limits-editor';
import type { OverrideDraft } from './policy-draft';
import type { SectionProps } from './section-props';

interface OverridesSectionProps extends SectionProps {
  readonly algorithms: readonly LimitFields[];
  /** Names of the tiers there are; undefined while nobody knows. */
  readonly tiers: readonly string[] | undefined;
}

/** Other limits for callers of a tier. */
export function OverridesSection({ draft, onChange, algorithms, tiers }: OverridesSectionProps) {
  const { overrides } = draft;
  const taken = overrides.map(({ tier }) => tier);
  const free = tiers?.filter((tier) => !taken.includes(tier)) ?? [];
  const replace = (index: number, override: OverrideDraft) =>
    onChange({ overrides: overrides.with(index, override) });

  return (
    <Section title="Tiers" detail="Other limits for callers of a tier, in place of those above.">
      <div className="flex flex-col gap-6">
        {overrides.map(({ tier, limits }, index) => (
          <fieldset key={tier} className="min-w-0 border-line border-l-2 pl-4">
            <legend className="sr-only">Limits of tier {tier}</legend>
            <div className="flex items-start gap-3">
              <Field
                label="Tier"
                path={`overrides[${index}].tier`}
                hint={limits.length === 0 ? 'Unlimited: no limit applies to this tier.' : undefined}
                className="max-w-64 flex-1"
              >
                {(control) => (
                  <Select
                    {...control}
                    value={tier}
                    onChange={(name) => replace(index, { tier: name, limits })}
                  >
                    {[tier, ...free].map((name) => (
                      <option key={name} value={name}>
                        {name}
                      </option>
                    ))}
                  </Select>
                )}
              </Field>
              <IconButton
                label={`Remove the limits of tier ${tier}`}
                className="mt-5"
                onClick={() => onChange({ overrides: overrides.toSpliced(index, 1) })}
              >
                <Trash2 />
              </IconButton>
            </div>
            <LimitsEditor
              limits={limits}
              onChange={(changed) => replace(index, { tier, limits: changed })}
              path={`overrides[${index}].limits`}
              algorithms={algorithms}
              least={0}
            />
          </fieldset>
        ))}
        {tiers?.length === 0 ? (
          <p className="text-ink-soft">There are no tiers yet; make them on the Tiers page.</p>
        ) : (
          <Button
            variant="strong"
            className="self-start"
            disabled={free.length === 0}
            onClick={() =>
              onChange({ overrides: [...overrides, { tier: free[0] ?? '', limits: draft.limits }] })
            }
          >
            <Plus className="size-4" aria-hidden="true" />
            {free.length === 0 && overrides.length > 0
              ? 'Every tier has limits'
              : 'Add limits for a tier'}
          </Button>
        )}
      </div>
    </Section>
  );
}
