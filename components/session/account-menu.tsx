'use client';

import { LogOut, UserRound } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useSWRConfig } from 'swr';
import { messageOf } from '@/components/admin/admin-error';
import { adminRequest } from '@/components/admin/admin-request';
import { Button } from '@/components/ui/button';
import { FaultLine } from '@/components/ui/field';

/** Who is signed in, and the way out. */
export function AccountMenu({ author }: { author: string }) {
  const router = useRouter();
  const { mutate } = useSWRConfig();
  const [fault, setFault] = useState<string>();

  async function signOut() {
    try {
      await adminRequest('/session', { method: 'DELETE' });
    } catch (error) {
      return setFault(messageOf(error));
    }
    // What was read with the session is not for whoever comes next.
    await mutate(() => true, undefined, { revalidate: false });
    router.refresh();
  }

  return (
    <div className="min-w-0">
      <button
        type="button"
        popoverTarget="account-menu"
        className="flex h-11 max-w-48 items-center gap-2 rounded-lg px-2 text-ink-soft hover:bg-raised hover:text-ink"
      >
        <UserRound className="size-5 shrink-0" aria-hidden="true" />
        <span className="sr-only">Signed in as</span>
        <span className="truncate max-sm:sr-only">{author}</span>
      </button>
      <div
        id="account-menu"
        popover="auto"
        className="absolute inset-auto top-14 right-2 w-64 rounded-xl border border-line bg-panel p-4 text-ink shadow-2xl sm:right-6"
      >
        <p className="break-words text-ink-soft text-sm">
          Signed in as <span className="font-semibold text-ink">{author}</span>
        </p>
        <div role="alert">{fault !== undefined && <FaultLine text={fault} />}</div>
        <Button variant="strong" className="mt-3 w-full" onClick={signOut}>
          <LogOut className="size-4" aria-hidden="true" />
          Sign out
        </Button>
      </div>
    </div>
  );
}
