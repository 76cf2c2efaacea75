'use client';

import type { Collection } from '@/components/admin/resources';
import { useAdmin } from '@/components/hooks/use-admin';
import { Confirm } from '@/components/ui/confirm';
import type { Route } from '@/lib/policy';

interface DeleteUpstreamProps {
  readonly name: string;
  readonly onDelete: () => Promise<void>;
  readonly onClose: () => void;
}

const MOST_NAMED = 8;

/** Deletes an upstream that no route leads to, and else says which do. */
export function DeleteUpstream({ name, onDelete, onClose }: DeleteUpstreamProps) {
  const { data } = useAdmin<Collection<Route>>('/routes');
  const routes = data?.items.filter(({ upstream }) => upstream === name) ?? [];
  return (
    <Confirm
      title={`Delete ${name}?`}
      action="Delete upstream"
      isDanger
      onConfirm={onDelete}
      onClose={onClose}
    >
      {routes.length === 0 ? (
        <p>
          No route leads to it. Requests in flight are answered. History keeps it and can bring it
          back.
        </p>
      ) : (
        <>
          <p>It can only be deleted once these routes no longer lead to it:</p>
          <ul className="list-inside list-disc">
            {routes.slice(0, MOST_NAMED).map((route) => (
              <li key={route.name}>{route.name}</li>
            ))}
            {routes.length > MOST_NAMED && <li>and {routes.length - MOST_NAMED} more</li>}
          </ul>
        </>
      )}
    </Confirm>
  );
}
