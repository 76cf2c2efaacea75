import { Choice } from '@/components/ui/choice';
import { Field } from '@/components/ui/field';
import { TextInput } from '@/components/ui/inputs';
import { Section } from '@/components/ui/section';
import { NumberField } from './number-field';
import type { CostDraft } from './policy-draft';
import type { SectionProps } from './section-props';

const DEAREST = 10;

/** How many units a request takes. */
export function CostSection({ draft, onChange }: SectionProps) {
  const { cost } = draft;
  const change = (next: CostDraft) => onChange({ cost: next });

  function changeSource(from: CostDraft['from']) {
    if (from === 'constant') return change({ from, units: 1 });
    const read = cost.from === 'constant' ? { default: 1, min: 1, max: DEAREST } : cost;
    change({ ...read, from, name: from === 'header' ? 'x-cost' : 'cost' });
  }

  return (
    <Section title="Cost" detail="How many units of a limit one request takes.">
      <div className="flex flex-col gap-4">
        <Choice
          legend="Cost comes from"
          isLegendHidden
          shape="row"
          value={cost.from}
          onChange={changeSource}
          options={[
            { value: 'constant', label: 'Always the same' },
            { value: 'header', label: 'A header' },
            { value: 'query', label: 'The query' },
          ]}
        />
        {cost.from === 'constant' ? (
          <NumberField
            label="Units"
            path="cost.units"
            value={cost.units}
            onChange={(units) => change({ ...cost, units })}
            className="w-40"
          />
        ) : (
          <div className="grid grid-cols-2 gap-x-4 gap-y-4 sm:grid-cols-4">
            <Field label={cost.from === 'header' ? 'Header' : 'Parameter'} path="cost.name">
              {(control) => (
                <TextInput
                  {...control}
                  isCode
                  value={cost.name}
                  onChange={(name) => change({ ...cost, name })}
                />
              )}
            </Field>
            <NumberField
              label="Unless given"
              path="cost.default"
              value={cost.default}
              onChange={(units) => change({ ...cost, default: units })}
            />
            <NumberField
              label="At least"
              path="cost.min"
              value={cost.min}
              onChange={(min) => change({ ...cost, min })}
            />
            <NumberField
              label="At most"
              path="cost.max"
              hint="More is refused with 400"
              value={cost.max}
              onChange={(max) => change({ ...cost, max })}
            />
          </div>
        )}
      </div>
    </Section>
  );
}
