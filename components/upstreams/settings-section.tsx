'use client';

import type { Fault } from '@/components/admin/resources';
import { NumberField } from '@/components/policies/number-field';
import { Field } from '@/components/ui/field';
import { Checkbox, LinesInput, TextInput } from '@/components/ui/inputs';
import { Section } from '@/components/ui/section';
import { SETTINGS_GROUPS, settingWords } from './settings';
import { SettingsFold } from './settings-fold';
import type { SectionProps, Settings, UpstreamDraft } from './upstream-draft';

type Group = (typeof SETTINGS_GROUPS)[number];

interface SettingsSectionProps extends SectionProps {
  /** An upstream of which nothing was said, with a health check. */
  readonly defaults: UpstreamDraft;
  readonly faults: readonly Fault[];
}

/** Everything that suits most as it comes: folded, with what it is set to. */
export function SettingsSection(props: SettingsSectionProps) {
  return (
    <Section title="Settings" detail="Defaults suit most; open what you want to change.">
      <div className="border-line border-t">
        {SETTINGS_GROUPS.map((group) => (
          <GroupFold key={group.kind} group={group} {...props} />
        ))}
        <UpgradesFold {...props} />
      </div>
    </Section>
  );
}

interface GroupProps extends SettingsSectionProps {
  readonly group: Group;
}

function GroupFold({ group, draft, onChange, defaults, faults }: GroupProps) {
  const { kind, title, words } = group;
  const settings = draft[kind];
  return (
    <SettingsFold
      title={title}
      words={
        settings === undefined
          ? 'none: a target counts as healthy until requests fail'
          : words(settings)
      }
      path={kind}
      faults={faults}
    >
      {kind === 'health_check' && (
        <Checkbox
          label="Ask every target whether it is well"
          hint="By GET; an answer of 200 to 399 is healthy"
          checked={settings !== undefined}
          onChange={(isOn) => onChange({ health_check: isOn ? defaults.health_check : undefined })}
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
    </SettingsFold>
  );
}

function UpgradesFold({ draft: { upgrades }, onChange, defaults, faults }: SettingsSectionProps) {
  return (
    <SettingsFold
      title="Upgrades"
      words={upgrades.length === 0 ? 'none' : `to ${upgrades.join(', ')}`}
      path="upgrades"
      faults={faults}
    >
      <Field
        label="Protocols"
        path="upgrades"
        hint={`One a line, in lower case. A wish for another is passed over. Default: ${defaults.upgrades.join(', ')}`}
        className="sm:w-1/2"
      >
        {(control) => (
          <LinesInput
            {...control}
            value={upgrades}
            onChange={(protocols) => onChange({ upgrades: protocols })}
          />
        )}
      </Field>
    </SettingsFold>
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
