'use client';

import { useRouter } from 'next/navigation';
import { renewSession } from './session-state';
import { SignInForm } from './sign-in-form';

/** In place of a page that needs a session; the page itself comes once there is one. */
export function SignIn() {
  const router = useRouter();
  return (
    <main className="mx-auto w-full max-w-sm px-4 pt-16 pb-16 sm:pt-24">
      <h1 className="font-semibold text-xl tracking-tight">Sign in</h1>
      <p className="mt-1 mb-6 text-ink-soft">
        Everybody’s traffic, and what holds and serves it, is for operators. The Traffic page is
        open to all.
      </p>
      <SignInForm
        onSignedIn={() => {
          renewSession();
          router.refresh();
        }}
      />
    </main>
  );
}
