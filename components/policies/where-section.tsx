import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import { Field } from '@/components/ui/field';
import { LinesInput } from '@/components/ui/inputs';
import { Section } from '@/components/ui/section';
import type { PolicyDraft } from './policy-draft';

const FORWARDED = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

const KINDS = {
  policies: {
    detail: 'Which requests it is for. Spelling a path differently is no way around.',
    methods: [...FORWARDED, 'TRACE', 'CONNECT'],
  },
  routes: { detail: 'Which requests it takes.', methods: FORWARDED },
} as const;

type Where = Pick<PolicyDraft, 'match'>;

interface WhereSectionProps {
  readonly kind: keyof typeof KINDS;
  readonly draft: Where;
  readonly onChange: (patch: Where) => void;
  /** What there is to say about the choice. */
  readonly children?: ReactNode;
}

/** Which requests a policy or a route is for. */
export function WhereSection({ kind, draft: { match }, onChange, children }: WhereSectionProps) {
  const { detail, methods } = KINDS[kind];
  const change = (patch: Partial<typeof match>) => onChange({ match: { ...match, ...patch } });

  function toggle(method: string, isOn: boolean) {
    change({
      methods: methods.filter((name) => (name === method ? isOn : match.methods.includes(name))),
    });
  }

  return (
    <Section title="Where" detail={detail}>
      <div className="grid gap-x-6 gap-y-2 sm:grid-cols-2">
        <Field
          label="Paths"
          path="match.paths"
          hint="One a line: /users/:id is one segment, /api/* all below."
          {...(match.paths.length === 0 && { say: () => 'Enter at least one, such as /shop/*' })}
        >
          {(control) => (
            <LinesInput {...control} value={match.paths} onChange={(paths) => change({ paths })} />
          )}
        </Field>
        <Field label="Hosts" path="match.hosts" hint="One a line: *.example.org. None: any host.">
          {(control) => (
            <LinesInput {...control} value={match.hosts} onChange={(hosts) => change({ hosts })} />
          )}
        </Field>
      </div>
      <fieldset className="mt-4">
        <legend className="mb-1 font-semibold text-sm">Methods</legend>
        <div className="flex flex-wrap gap-1.5">
          {methods.map((method) => {
            const isOn = match.methods.includes(method);
            return (
              <label
                key={method}
                className={clsx(
                  'flex h-9 items-center rounded-lg border px-2.5 font-mono text-sm has-focus-visible:outline-2 has-focus-visible:outline-accent-text',
                  isOn
                    ? 'border-accent-text bg-raised text-ink'
                    : 'border-line text-ink-soft hover:border-edge',
                )}
              >
                <input
                  type="checkbox"
                  className="sr-only"
                  checked={isOn}
                  onChange={({ target }) => toggle(method, target.checked)}
                />
                {isOn && <span aria-hidden="true">✓&nbsp;</span>}
                {method}
              </label>
            );
          })}
        </div>
        <p className="mt-1 text-ink-faint text-sm">None chosen: any method.</p>
      </fieldset>
      {children}
    </Section>
  );
}
