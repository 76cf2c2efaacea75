import { Field } from '@/components/ui/field';
import { LinesInput } from '@/components/ui/inputs';
import { Section } from '@/components/ui/section';
import type { CallersDraft } from './policy-draft';
import type { SectionProps } from './section-props';

const LISTS = [
  ['exempt', 'Exempt', 'Left alone by this policy.'],
  ['deny', 'Denied', 'Refused with 403.'],
] as const;

const WAYS = [
  ['cidrs', 'Addresses', '192.0.2.0/24'],
  ['keys', 'API key ids', 'the part after fg_'],
  ['users', 'Users', 'as keys and tokens name them'],
] as const;

/** Whom it leaves alone and whom it refuses. */
export function CallersSection({ draft, onChange }: SectionProps) {
  return (
    <Section title="Exempt and denied callers" detail="One a line.">
      {LISTS.map(([list, title, effect]) => (
        <fieldset key={list} className="mb-2">
          <legend className="mb-2 text-ink-soft">
            <span className="font-semibold text-ink">{title}.</span> {effect}
          </legend>
          <div className="grid gap-x-4 gap-y-4 sm:grid-cols-3">
            {WAYS.map(([way, label, hint]) => (
              <Field key={way} label={label} path={`${list}.${way}`} hint={hint}>
                {(control) => (
                  <LinesInput
                    {...control}
                    value={draft[list][way]}
                    onChange={(lines) => {
                      const callers: CallersDraft = { ...draft[list], [way]: lines };
                      onChange(list === 'exempt' ? { exempt: callers } : { deny: callers });
                    }}
                  />
                )}
              </Field>
            ))}
          </div>
        </fieldset>
      ))}
    </Section>
  );
}
