import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { ConfigurationStrip } from '@/components/admin/configuration-strip';
import { AccountMenu } from '@/components/session/account-menu';
import { SessionGuard } from '@/components/session/session-guard';
import { SignIn } from '@/components/session/sign-in';
import { AppHeader, type PageAddress } from '@/components/shell/app-header';
import { adminSession } from '@/lib/route';

interface ControlPageProps {
  readonly current: PageAddress;
  readonly children: ReactNode;
}

/** A page for operators. Without a session it is the sign-in form, at the same address. */
export async function ControlPage({ current, children }: ControlPageProps) {
  const session = await adminSession((await headers()).get('cookie'));
  return (
    <>
      <AppHeader current={current} aside={session && <AccountMenu author={session.author} />} />
      {session === undefined ? (
        <SignIn />
      ) : (
        <>
          <ConfigurationStrip />
          <main className="mx-auto max-w-[80rem] px-4 pt-8 pb-16 sm:px-8">{children}</main>
          <SessionGuard />
        </>
      )}
    </>
  );
}
