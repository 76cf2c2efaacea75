'use client';

import { Pencil, Plus, Trash2 } from 'lucide-react';
import Link from 'next/link';
import { useRef, useState } from 'react';
import type { Client, Collection, Key, Policy, Tier } from '@/components/admin/resources';
import { PATHS, useAdmin } from '@/components/hooks/use-admin';
import { useConfigurationHealth } from '@/components/hooks/use-configuration-health';
import { plural } from '@/components/traffic/format';
import { Button } from '@/components/ui/button';
import { IconButton } from '@/components/ui/icon-button';
import { EmptyNotice, FailureNotice, Skeleton } from '@/components/ui/notice';
import { PageHeading } from '@/components/ui/page-heading';
import { Cell, Row, Table } from '@/components/ui/table';
import { DeleteTier } from './delete-tier';
import { TierSheet } from './tier-sheet';
import { tierUse } from './tier-use';

type Task =
  | { readonly what: 'edit'; readonly name: string | null }
  | { readonly what: 'delete'; readonly tier: Tier };

/** All tiers, who is of each, and which limits that brings. */
export function TierList() {
  const { data, error, mutate } = useAdmin<Collection<Tier>>(PATHS.tiers);
  const { data: clients } = useAdmin<Collection<Client>>(PATHS.clients);
  const { data: keys } = useAdmin<Collection<Key>>(PATHS.keys);
  const { data: policies } = useAdmin<Collection<Policy>>(PATHS.policies);
  const { isWritable } = useConfigurationHealth();
  const [task, setTask] = useState<Task>();
  const newButton = useRef<HTMLButtonElement>(null);
  const close = () => setTask(undefined);
  const usesOf = (name: string) =>
    tierUse(name, clients?.items ?? [], keys?.items ?? [], policies?.items ?? []);

  return (
    <>
      <PageHeading
        title="Tiers"
        detail="What a client pays for or is trusted with. A policy can hold other limits for each tier."
      >
        <Button
          ref={newButton}
          variant="primary"
          disabled={!isWritable}
          onClick={() => setTask({ what: 'edit', name: null })}
        >
          <Plus className="size-4" aria-hidden="true" />
          New tier
        </Button>
      </PageHeading>
      {data === undefined ? (
        error === undefined ? (
          <Skeleton rows={3} />
        ) : (
          <FailureNotice error={error} onRetry={() => void mutate()} />
        )
      ) : data.items.length === 0 ? (
        <EmptyNotice title="No tiers yet">
          <p>
            All callers get the policies’ own limits. Tiers such as free and premium tell them
            apart.
          </p>
        </EmptyNotice>
      ) : (
        <Table
          label="Tiers"
          columns={['Tier', 'Clients', 'Limits of its own']}
          lastColumn="Actions"
        >
          {data.items.map((tier) => {
            const { clients: members, overrides } = usesOf(tier.name);
            return (
              <Row key={tier.name}>
                <Cell>
                  <p className="wrap-anywhere font-semibold">{tier.name}</p>
                  <p className="text-ink-soft text-sm">{tier.description}</p>
                </Cell>
                <Cell label="Clients">{plural(members.length, 'client')}</Cell>
                <Cell label="Limits">
                  {overrides.length === 0 && (
                    <span className="text-ink-faint">the policies’ own</span>
                  )}
                  {overrides.map(({ policy, limits }) => (
                    <p key={policy}>
                      <Link
                        href={`/policies/${policy}`}
                        className="text-accent-text underline underline-offset-4"
                      >
                        {policy}
                      </Link>
                      : {limits.join('; ')}
                    </p>
                  ))}
                </Cell>
                <Cell className="md:text-right">
                  <span className="-my-2 inline-flex max-md:-ml-3">
                    <IconButton
                      label={`Edit ${tier.name}`}
                      disabled={!isWritable}
                      onClick={() => setTask({ what: 'edit', name: tier.name })}
                    >
                      <Pencil />
                    </IconButton>
                    <IconButton
                      label={`Delete ${tier.name}`}
                      disabled={!isWritable}
                      onClick={() => setTask({ what: 'delete', tier })}
                    >
                      <Trash2 />
                    </IconButton>
                  </span>
                </Cell>
              </Row>
            );
          })}
        </Table>
      )}
      {task?.what === 'edit' && (
        <TierSheet name={task.name} onClose={close} fallbackFocus={newButton} />
      )}
      {task?.what === 'delete' && (
        <DeleteTier
          tier={task.tier}
          version={data?.version}
          use={usesOf(task.tier.name)}
          onDeleted={() => void mutate()}
          onClose={close}
          fallbackFocus={newButton}
        />
      )}
    </>
  );
}
