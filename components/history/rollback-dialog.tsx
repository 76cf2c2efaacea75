'use client';

import type { RefObject } from 'react';
import { adminRequest } from '@/components/admin/admin-request';
import type { VersionRecord } from '@/components/admin/resources';
import { Confirm } from '@/components/ui/confirm';
import { ChangeDetails } from './change-details';
import { rollbackChanges } from './rollback';

interface RollbackDialogProps {
  readonly target: VersionRecord;
  /** Every version after it, newest first. */
  readonly newer: readonly VersionRecord[];
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
  readonly fallbackFocus: RefObject<HTMLElement | null>;
}

/** Says what going back changes, then goes back. */
export function RollbackDialog(props: RollbackDialogProps) {
  const { target, newer, onDone, onClose, fallbackFocus } = props;
  const changes = rollbackChanges(newer);

  async function rollBack() {
    await adminRequest(`/versions/${target.version}/rollback`, { method: 'POST', body: {} });
    await onDone();
  }

  return (
    <Confirm
      title={`Roll back to version ${target.version}?`}
      action="Roll back"
      onConfirm={rollBack}
      onClose={onClose}
      fallbackFocus={fallbackFocus}
    >
      {changes.length === 0 ? (
        <p>Everything is as it was then; nothing would change.</p>
      ) : (
        <>
          <p>This is what changes, as a new version. A revoked key stays revoked.</p>
          <div>
            <ChangeDetails changes={changes} />
          </div>
        </>
      )}
    </Confirm>
  );
}
