'use client';

import { useState } from 'react';
import { AdminError, messageOf } from '@/components/admin/admin-error';
import { adminRequest } from '@/components/admin/admin-request';
import type { Collection, Fault, IssuedKey, Tier } from '@/components/admin/resources';
import { PATHS, useAdmin } from '@/components/hooks/use-admin';
import { Button } from '@/components/ui/button';
import { Faults } from '@/components/ui/faults';
import { FaultLine, Field } from '@/components/ui/field';
import { Select, TextInput } from '@/components/ui/inputs';
import { Sheet } from '@/components/ui/sheet';

interface IssueKeyProps {
  readonly client: string;
  readonly onIssued: (issued: IssuedKey) => void;
  readonly onClose: () => void;
}

const DAY_MS = 86_400_000;
const LIVES = [
  ['', 'never'],
  ['7', 'in 7 days'],
  ['30', 'in 30 days'],
  ['90', 'in 90 days'],
  ['365', 'in a year'],
] as const;

/** Asks what a new key is for, and makes it. */
export function IssueKey({ client, onIssued, onClose }: IssueKeyProps) {
  const { data: tiers } = useAdmin<Collection<Tier>>(PATHS.tiers, { onFocus: false });
  const [description, setDescription] = useState('');
  const [tier, setTier] = useState('');
  const [days, setDays] = useState('');
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);

  async function issue() {
    setBusy(true);
    try {
      const issued = await adminRequest<IssuedKey>('/keys', {
        method: 'POST',
        body: {
          client,
          description,
          ...(tier !== '' && { tier }),
          ...(days !== '' && {
            expires_at: new Date(Date.now() + Number(days) * DAY_MS).toISOString(),
          }),
        },
      });
      onIssued(issued);
    } catch (error) {
      setFaults(error instanceof AdminError ? error.faults : []);
      setFailure(messageOf(error));
      setBusy(false);
    }
  }

  return (
    <Sheet shape="centre" title="Issue a key" onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void issue();
        }}
      >
        <Faults faults={faults}>
          <Field label="Description" path="description" hint="Where it will be used">
            {(control) => <TextInput {...control} value={description} onChange={setDescription} />}
          </Field>
          <Field label="Tier" path="tier" hint="In place of the client’s">
            {(control) => (
              <Select {...control} value={tier} onChange={setTier}>
                <option value="">as the client</option>
                {tiers?.items.map(({ name }) => (
                  <option key={name}>{name}</option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Expires" path="expires_at">
            {(control) => (
              <Select {...control} value={days} onChange={setDays}>
                {LIVES.map(([value, label]) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </Faults>
        <div role="alert">{failure !== undefined && <FaultLine text={failure} />}</div>
        <Button variant="primary" type="submit" disabled={isBusy} className="mt-3 w-full">
          Issue key
        </Button>
      </form>
    </Sheet>
  );
}
