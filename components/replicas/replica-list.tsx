'use client';

import { useReplicas } from '@/components/hooks/use-replicas';
import { FailureNotice, Skeleton } from '@/components/ui/notice';
import { PageHeading } from '@/components/ui/page-heading';
import { StatusAge } from '@/components/upstreams/status-age';
import { AloneNotice } from './alone-notice';
import { ReplicaTable } from './replica-table';
import { listWords, versionsInForce } from './replica-words';

/** Who serves, and how they are. */
export function ReplicaList() {
  const { replicas, error, retry } = useReplicas();
  const versions = versionsInForce(replicas?.items ?? []);
  return (
    <>
      <PageHeading
        title="Replicas"
        detail="The processes that share one Redis, as they told of themselves within the last second. Each leads to its own traffic."
      />
      {replicas === undefined ? (
        error === undefined ? (
          <Skeleton rows={3} />
        ) : (
          <FailureNotice error={error} onRetry={retry} />
        )
      ) : (
        <>
          <StatusAge error={error} toldAt={replicas.server_time} />
          <ReplicaTable replicas={replicas.items} toldAtMs={Date.parse(replicas.server_time)} />
          <p role="status" className="mt-4 text-degraded-text">
            {versions.length > 1 &&
              `Replicas do not agree on the configuration: versions ${listWords(versions)} are in force.`}
          </p>
          {replicas.items.length === 1 && <AloneNotice store={replicas.items[0]?.store.kind} />}
        </>
      )}
    </>
  );
}
