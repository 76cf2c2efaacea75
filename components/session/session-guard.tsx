'use client';

import { useSWRConfig } from 'swr';
import { Sheet } from '@/components/ui/sheet';
import { renewSession, useSessionEnded } from './session-state';
import { SignInForm } from './sign-in-form';

/** Asks for the token again over the page when the session has ended, so that nothing typed is lost. */
export function SessionGuard() {
  const isEnded = useSessionEnded();
  const { mutate } = useSWRConfig();
  if (!isEnded) return null;

  function goOn() {
    renewSession();
    void mutate(() => true);
  }

  return (
    <Sheet shape="centre" title="Your session has ended" onClose={renewSession}>
      <p className="mb-4 text-ink-soft">Sign in again. What you typed is still here.</p>
      <SignInForm onSignedIn={goOn} />
    </Sheet>
  );
}
