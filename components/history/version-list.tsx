'use client';

import { useRef, useState } from 'react';
import type { VersionRecord } from '@/components/admin/resources';
import { useConfigurationHealth } from '@/components/hooks/use-configuration-health';
import { useHistory } from '@/components/hooks/use-history';
import { Button } from '@/components/ui/button';
import { EmptyNotice, FailureNotice, Skeleton } from '@/components/ui/notice';
import { PageHeading } from '@/components/ui/page-heading';
import { RollbackDialog } from './rollback-dialog';
import { VersionItem } from './version-item';

/** Every version of the configuration, and the way back to it. */
export function VersionList() {
  const { versions, error, hasMore, isReading, readOlder, refresh } = useHistory();
  const { isWritable } = useConfigurationHealth();
  const [target, setTarget] = useState<VersionRecord>();
  const heading = useRef<HTMLDivElement>(null);
  return (
    <>
      <div ref={heading} tabIndex={-1} className="outline-none">
        <PageHeading
          title="History"
          detail="Every change is a version, with who made it and why. Going back makes a new one, so nothing is lost."
        />
      </div>
      {versions === undefined ? (
        error === undefined ? (
          <Skeleton rows={6} />
        ) : (
          <FailureNotice error={error} onRetry={() => void refresh()} />
        )
      ) : versions.length === 0 ? (
        <EmptyNotice title="No changes yet">
          <p>The configuration is as it was made. The first change will stand here.</p>
        </EmptyNotice>
      ) : (
        <>
          <ol className="border-line border-t">
            {versions.map((record, index) => (
              <VersionItem
                key={record.version}
                record={record}
                onRollBack={index > 0 && isWritable ? () => setTarget(record) : undefined}
              />
            ))}
          </ol>
          {hasMore && (
            <Button variant="strong" className="mt-4" disabled={isReading} onClick={readOlder}>
              Older
            </Button>
          )}
        </>
      )}
      {target !== undefined && versions !== undefined && (
        <RollbackDialog
          target={target}
          newer={versions.filter(({ version }) => version > target.version)}
          onDone={async () => {
            await refresh();
          }}
          onClose={() => setTarget(undefined)}
          fallbackFocus={heading}
        />
      )}
    </>
  );
}
