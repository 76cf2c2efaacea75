'use client';

import { useState } from 'react';
import type { Collection, Key, Tier } from '@/components/admin/resources';
import { PATHS, useAdmin } from '@/components/hooks/use-admin';
import { useExplanation } from '@/components/hooks/use-explanation';
import { Field } from '@/components/ui/field';
import { LinesInput, Select, TextInput } from '@/components/ui/inputs';
import { ExplanationView } from './explanation-view';
import type { PolicyDraft } from './policy-draft';
import { BLANK_PROBE, examplePath, explainBody, type Probe } from './probe';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

interface TesterProps {
  readonly draft: PolicyDraft;
  /** Whether the draft is known to make sense. */
  readonly isSound: boolean;
  /** Whether it is known not to. */
  readonly isFaulty: boolean;
}

/** Who would match? A made-up request, and what would become of it under the policy as drafted. */
export function Tester({ draft, isSound, isFaulty }: TesterProps) {
  const [typed, setTyped] = useState<Partial<Probe>>({});
  const { data: keys } = useAdmin<Collection<Key>>(PATHS.keys);
  const { data: tiers } = useAdmin<Collection<Tier>>(PATHS.tiers);
  const probe: Probe = {
    ...BLANK_PROBE,
    method: draft.match.methods[0] ?? BLANK_PROBE.method,
    path: examplePath(draft.match.paths[0]),
    host: (draft.match.hosts[0] ?? '').replace('*', 'www'),
    ...typed,
  };
  const [question, setQuestion] = useState<unknown>();
  const asked = explainBody(probe, draft);
  const isAnswerable = isSound && draft.name !== '';
  if (isAnswerable && JSON.stringify(asked) !== JSON.stringify(question)) setQuestion(asked);

  const change = (patch: Partial<Probe>) => setTyped((before) => ({ ...before, ...patch }));
  const active = keys?.items.filter(({ status }) => status === 'active') ?? [];

  return (
    <section aria-label="Who would match?">
      <h2 className="font-semibold text-lg">Who would match?</h2>
      <p className="mb-4 text-ink-soft text-sm">
        A made-up request under the policy as it stands here. Nothing is counted.
      </p>
      <div className="grid grid-cols-[7rem_minmax(0,1fr)] gap-x-3">
        <Field label="Method" path="probe.method">
          {(control) => (
            <Select {...control} value={probe.method} onChange={(method) => change({ method })}>
              {METHODS.map((method) => (
                <option key={method}>{method}</option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Path" path="probe.path">
          {(control) => (
            <TextInput
              {...control}
              isCode
              value={probe.path}
              onChange={(path) => change({ path })}
            />
          )}
        </Field>
      </div>
      <div className="grid grid-cols-2 gap-x-3">
        <Field label="IP address" path="probe.ip">
          {(control) => (
            <TextInput {...control} isCode value={probe.ip} onChange={(ip) => change({ ip })} />
          )}
        </Field>
        <Field label="API key" path="probe.key">
          {(control) => (
            <Select {...control} value={probe.keyId} onChange={(keyId) => change({ keyId })}>
              <option value="">none</option>
              {active.map(({ id, prefix, client }) => (
                <option key={id} value={id}>
                  {client}: {prefix}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <details>
        <summary className="mb-2 cursor-pointer text-accent-text text-sm">
          Host, user, tier, headers
        </summary>
        <div className="grid grid-cols-2 gap-x-3">
          <Field label="Host" path="probe.host" className="col-span-2">
            {(control) => (
              <TextInput
                {...control}
                isCode
                value={probe.host}
                onChange={(host) => change({ host })}
              />
            )}
          </Field>
          <Field label="User" path="probe.user">
            {(control) => (
              <TextInput
                {...control}
                isCode
                value={probe.user}
                onChange={(user) => change({ user })}
              />
            )}
          </Field>
          <Field label="Tier" path="probe.tier">
            {(control) => (
              <Select {...control} value={probe.tier} onChange={(tier) => change({ tier })}>
                <option value="">as identified</option>
                {tiers?.items.map(({ name }) => (
                  <option key={name}>{name}</option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Headers" path="probe.headers" hint="name: value, one a line">
            {(control) => (
              <LinesInput
                {...control}
                value={probe.headers}
                onChange={(headers) => change({ headers })}
              />
            )}
          </Field>
          <Field label="Token claims" path="probe.claims" hint="name: value, one a line">
            {(control) => (
              <LinesInput
                {...control}
                value={probe.claims}
                onChange={(claims) => change({ claims })}
              />
            )}
          </Field>
        </div>
      </details>
      {question === undefined ? (
        <p className="border-line border-t pt-4 text-ink-soft text-sm">
          Give the policy a name to see what it would do.
        </p>
      ) : (
        <Answer question={question} isStale={isFaulty} policy={draft.name} />
      )}
    </section>
  );
}

interface AnswerProps {
  readonly question: unknown;
  readonly isStale: boolean;
  readonly policy: string;
}

function Answer({ question, isStale, policy }: AnswerProps) {
  const { explanation, fault } = useExplanation(question);
  return (
    <div className="border-line border-t pt-4">
      <p role="status" className="min-h-5 text-ink-faint text-sm">
        {isStale ? 'Before the faults in the form:' : fault}
      </p>
      {explanation && (
        <div>
          <ExplanationView explanation={explanation} policy={policy} />
        </div>
      )}
    </div>
  );
}
