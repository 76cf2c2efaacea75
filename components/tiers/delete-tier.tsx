'use client';

import type { RefObject } from 'react';
import { adminRequest } from '@/components/admin/admin-request';
import type { Tier } from '@/components/admin/resources';
import { Confirm } from '@/components/ui/confirm';
import { type TierUse, tierReferences } from './tier-use';

interface DeleteTierProps {
  readonly tier: Tier;
  /** At which the tier was read. */
  readonly version: number | undefined;
  readonly use: TierUse;
  readonly onDeleted: () => void;
  readonly onClose: () => void;
  readonly fallbackFocus: RefObject<HTMLElement | null>;
}

const MOST_NAMED = 8;

/** Deletes a tier that nothing refers to, and else says what does. */
export function DeleteTier(props: DeleteTierProps) {
  const { tier, version, use, onDeleted, onClose, fallbackFocus } = props;
  const references = tierReferences(use);

  async function remove() {
    await adminRequest(`/tiers/${tier.name}`, { method: 'DELETE', version });
    onDeleted();
  }

  return (
    <Confirm
      title={`Delete ${tier.name}?`}
      action="Delete tier"
      isDanger
      onConfirm={remove}
      onClose={onClose}
      fallbackFocus={fallbackFocus}
    >
      {references.length === 0 ? (
        <p>Nothing refers to it. History keeps it and can bring it back.</p>
      ) : (
        <>
          <p>It can only be deleted once these no longer refer to it:</p>
          <ul className="list-inside list-disc">
            {references.slice(0, MOST_NAMED).map((reference) => (
              <li key={reference}>{reference}</li>
            ))}
            {references.length > MOST_NAMED && <li>and {references.length - MOST_NAMED} more</li>}
          </ul>
        </>
      )}
    </Confirm>
  );
}
