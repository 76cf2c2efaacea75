'use client';

import type { Collection, Key } from '@/components/admin/resources';
import { PATHS, useAdmin } from '@/components/hooks/use-admin';
import { Confirm } from '@/components/ui/confirm';

interface DeleteClientProps {
  readonly name: string;
  readonly onDelete: () => Promise<void>;
  readonly onClose: () => void;
}

const MOST_NAMED = 8;

/** Deletes a client without keys, and else says which have to be revoked first. */
export function DeleteClient({ name, onDelete, onClose }: DeleteClientProps) {
  const { data } = useAdmin<Collection<Key>>(PATHS.keys);
  const keys = data?.items.filter((key) => key.client === name && key.status !== 'revoked') ?? [];
  return (
    <Confirm
      title={`Delete ${name}?`}
      action="Delete client"
      isDanger
      onConfirm={onDelete}
      onClose={onClose}
    >
      {keys.length === 0 ? (
        <p>Requests that come as this client are refused. Its revoked keys go with it.</p>
      ) : (
        <>
          <p>It can only be deleted once these keys are revoked:</p>
          <ul className="list-inside list-disc">
            {keys.slice(0, MOST_NAMED).map(({ id, prefix, description }) => (
              <li key={id} className="break-words">
                <span className="font-mono">{prefix}</span> {description}
              </li>
            ))}
            {keys.length > MOST_NAMED && <li>and {keys.length - MOST_NAMED} more</li>}
          </ul>
        </>
      )}
    </Confirm>
  );
}
