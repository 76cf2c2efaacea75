import { Field } from '@/components/ui/field';
import { Checkbox, LinesInput } from '@/components/ui/inputs';
import { Section } from '@/components/ui/section';
import type { SectionProps } from './section-props';
import { scopeWords } from './words';

const PARTS = [
  ['identity', 'Caller', 'API key, else user, else IP address'],
  ['ip', 'IP address', 'IPv6 by its /64'],
  ['api-key', 'API key', 'Or IP address without one'],
  ['user', 'User', 'Of a key or token'],
  ['tier', 'Tier', 'All callers of a tier together'],
  ['route', 'Route', 'Each route apart'],
] as const;

const KNOWN = PARTS.map(([part]) => part as string);

/** What has a counter of its own. */
export function ScopeSection({ draft, onChange }: SectionProps) {
  const { scope } = draft;
  const others = scope.filter((part) => !KNOWN.includes(part));

  function toggle(part: string, isOn: boolean) {
    const chosen = KNOWN.filter((name) => (name === part ? isOn : scope.includes(name)));
    onChange({ scope: [...chosen, ...others] });
  }

  return (
    <Section title="Who counts" detail={`Counted apart: ${scopeWords(scope)}.`}>
      <div className="grid gap-x-6 sm:grid-cols-2 lg:grid-cols-3">
        {PARTS.map(([part, label, hint]) => (
          <Checkbox
            key={part}
            label={label}
            hint={hint}
            checked={scope.includes(part)}
            onChange={(isOn) => toggle(part, isOn)}
          />
        ))}
      </div>
      <Field
        label="Headers and claims"
        path="scope"
        hint="One a line, such as header:x-tenant or claim:org. Nothing chosen at all: everyone shares one counter."
        className="mt-3"
      >
        {(control) => (
          <LinesInput
            {...control}
            value={others}
            onChange={(lines) =>
              onChange({ scope: [...scope.filter((part) => KNOWN.includes(part)), ...lines] })
            }
          />
        )}
      </Field>
    </Section>
  );
}
