'use client';

import { Plus } from 'lucide-react';
import { useRef, useState } from 'react';
import { useSWRConfig } from 'swr';
import { adminRequest } from '@/components/admin/admin-request';
import type { Collection, IssuedKey, Key } from '@/components/admin/resources';
import { PATHS, useAdmin } from '@/components/hooks/use-admin';
import { useConfigurationHealth } from '@/components/hooks/use-configuration-health';
import { Button } from '@/components/ui/button';
import { Confirm } from '@/components/ui/confirm';
import { EmptyNotice, FailureNotice, Skeleton } from '@/components/ui/notice';
import { Section } from '@/components/ui/section';
import { IssueKey } from './issue-key';
import { KeyTable } from './key-table';
import { NewKey } from './new-key';
import { RotateKey } from './rotate-key';

interface KeySectionProps {
  readonly client: string;
  readonly tier: string | undefined;
}

type Task =
  | { readonly what: 'issue' }
  | { readonly what: 'rotate' | 'revoke'; readonly key: Key }
  | { readonly what: 'show'; readonly issued: IssuedKey };

/** A client's keys: issue, rotate, revoke. */
export function KeySection({ client, tier }: KeySectionProps) {
  const { data, error, mutate } = useAdmin<Collection<Key>>(PATHS.keys);
  const { mutate: mutateAll } = useSWRConfig();
  const { isWritable } = useConfigurationHealth();
  const [task, setTask] = useState<Task>();
  const keys = data?.items.filter((key) => key.client === client) ?? [];
  const issueButton = useRef<HTMLButtonElement>(null);
  const close = () => setTask(undefined);

  function show(issued: IssuedKey) {
    setTask({ what: 'show', issued });
    void mutateAll(PATHS.keys);
  }

  return (
    <Section
      title="API keys"
      detail="Sent as X-API-Key, or as Authorization: Bearer."
      aside={
        <Button
          ref={issueButton}
          variant="primary"
          disabled={!isWritable}
          onClick={() => setTask({ what: 'issue' })}
        >
          <Plus className="size-4" aria-hidden="true" />
          Issue a key
        </Button>
      }
    >
      {data === undefined ? (
        error === undefined ? (
          <Skeleton rows={2} />
        ) : (
          <FailureNotice error={error} onRetry={() => void mutate()} />
        )
      ) : keys.length === 0 ? (
        <EmptyNotice title="No keys yet">
          <p>Issue one, and requests that carry it are counted as {client}.</p>
        </EmptyNotice>
      ) : (
        <KeyTable
          keys={keys}
          clientTier={tier}
          isWritable={isWritable}
          onRotate={(key) => setTask({ what: 'rotate', key })}
          onRevoke={(key) => setTask({ what: 'revoke', key })}
        />
      )}
      {task?.what === 'issue' && <IssueKey client={client} onIssued={show} onClose={close} />}
      {task?.what === 'rotate' && <RotateKey apiKey={task.key} onIssued={show} onClose={close} />}
      {task?.what === 'show' && (
        <NewKey issued={task.issued} onClose={close} fallbackFocus={issueButton} />
      )}
      {task?.what === 'revoke' && (
        <Confirm
          title={`Revoke ${task.key.prefix}?`}
          action="Revoke key"
          isDanger
          onConfirm={async () => {
            await adminRequest(`/keys/${task.key.id}/revoke`, { method: 'POST', body: {} });
            await mutate();
          }}
          onClose={close}
          fallbackFocus={issueButton}
        >
          <p>
            Within a second every replica refuses it with 401. A revoked key never becomes valid
            again.
          </p>
          {task.key.last_used_at === null && <p>It has not been used yet.</p>}
        </Confirm>
      )}
    </Section>
  );
}
