'use client';

import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { Fault } from '@/components/admin/resources';
import { NumberField } from '@/components/policies/number-field';
import { Field } from '@/components/ui/field';
import { Checkbox, TextInput } from '@/components/ui/inputs';
import { Section } from '@/components/ui/section';
import { SETTINGS_GROUPS, settingWords } from './settings';
import type { SectionProps, Settings, UpstreamDraft } from './upstream-draft';

type Group = (typeof SETTINGS_GROUPS)[number];

interface SettingsSectionProps extends SectionProps {
  /** An upstream of which nothing was said, with a health check. */
  readonly defaults: UpstreamDraft;
  readonly faults: readonly Fault[];
}

/** Everything that works as it comes: folded, with what it is set to. */
export function SettingsSection(props: SettingsSectionProps) {
  return (
    <Section title="Settings" detail="They work as they come; open what you want to change.">
      <div className="border-line border-t">
        {SETTINGS_GROUPS.map((group) => (
          <GroupFold key={group.kind} group={group} {...props} />
        ))}
      </div>
    </Section>
  );
}

interface GroupProps extends SettingsSectionProps {
  readonly group: Group;
}

function GroupFold({ group, draft, onChange, defaults, faults }: GroupProps) {
  const { kind, title, words } = group;
  const [isOpened, setOpened] = useState(false);
  const settings = draft[kind];
  // A fault that nobody sees can't be mended.
  const isFaulty = faults.some(({ path }) => path === kind || path.startsWith(`${kind}.`));
  return (
    <details
      open={isOpened || isFaulty}
      onToggle={({ currentTarget }) => setOpened(currentTarget.open)}
      className="group border-line border-b"
    >
      <summary className="flex min-h-11 cursor-pointer list-none items-start gap-2 py-2.5 hover:bg-raised [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden="true"
          className="mt-1 size-4 shrink-0 text-ink-faint group-open:rotate-90"
        />
        <span className="grid min-w-0 flex-1 gap-x-4 sm:grid-cols-[9rem_minmax(0,1fr)]">
          <span className="font-semibold">{title}</span>
          <span className="text-ink-soft text-sm">
            {settings === undefined
              ? 'none: a target counts as well until it fails'
              : words(settings)}
          </span>
        </span>
      </summary>
      <div className="pb-4 sm:pl-4">
        {kind === 'health_check' && (
          <Checkbox
            label="Ask every target whether it is well"
            hint="By GET; an answer of 200 to 399 is healthy"
            checked={settings !== undefined}
            onChange={(isOn) =>
              onChange({ health_check: isOn ? defaults.health_check : undefined })
            }
          />
        )}
        {settings !== undefined && (
          <SettingFields
            group={group}
            settings={settings}
            defaults={defaults[kind] ?? {}}
            onChange={(changed) => onChange({ [kind]: changed })}
          />
        )}
      </div>
    </details>
  );
}

interface SettingFieldsProps {
  readonly group: Group;
  readonly settings: Settings;
  readonly defaults: Settings;
  readonly onChange: (settings: Settings) => void;
}

function SettingFields({
  group: { kind, fields },
  settings,
  defaults,
  onChange,
}: SettingFieldsProps) {
  return (
    <>
      {kind === 'health_check' && (
        <Field label="Path" path="health_check.path" className="sm:w-1/2">
          {(control) => (
            <TextInput
              {...control}
              isCode
              value={String(settings.path ?? '')}
              onChange={(path) => onChange({ ...settings, path })}
            />
          )}
        </Field>
      )}
      <div className="grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-3">
        {fields.map(({ name, label, hint }) => (
          <NumberField
            key={name}
            label={label}
            path={`${kind}.${name}`}
            hint={`${hint}. Default:\u00a0${settingWords(name, defaults[name]).replace(' ', '\u00a0')}`}
            isPeriod={name.endsWith('_ms')}
            value={amountOf(settings[name])}
            onChange={(amount) => onChange({ ...settings, [name]: amount })}
          />
        ))}
      </div>
      {kind === 'timeouts' && <TotalField settings={settings} onChange={onChange} />}
    </>
  );
}

const TOTAL_MS = 60_000;

/** The one bound that is not there unless somebody wants it. */
function TotalField({ settings, onChange }: Pick<SettingFieldsProps, 'settings' | 'onChange'>) {
  return (
    <>
      <Checkbox
        label="Bound the whole exchange"
        hint="Bodies included: downloads and event streams too"
        checked={settings.total_ms !== undefined}
        onChange={(isOn) => onChange({ ...settings, total_ms: isOn ? TOTAL_MS : undefined })}
      />
      {settings.total_ms !== undefined && (
        <NumberField
          label="Whole exchange"
          path="timeouts.total_ms"
          isPeriod
          value={amountOf(settings.total_ms)}
          onChange={(amount) => onChange({ ...settings, total_ms: amount })}
          className="w-40"
        />
      )}
    </>
  );
}

function amountOf(value: Settings[string]): number | null {
  return typeof value === 'number' ? value : null;
}
