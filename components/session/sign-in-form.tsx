'use client';

import { useEffect, useRef, useState } from 'react';
import { AdminError } from '@/components/admin/admin-error';
import { adminRequest } from '@/components/admin/admin-request';
import type { Session } from '@/components/admin/resources';
import { Button } from '@/components/ui/button';
import { FaultLine, Field } from '@/components/ui/field';
import { TextInput } from '@/components/ui/inputs';

const LONGEST_NAME = 100;

/** Trades the admin token for a session. */
export function SignInForm({ onSignedIn }: { onSignedIn: () => void }) {
  const [token, setToken] = useState('');
  const [author, setAuthor] = useState('');
  const [fault, setFault] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const tokenField = useRef<HTMLInputElement>(null);

  useEffect(() => tokenField.current?.focus(), []);

  function complain(text: string) {
    setFault(text);
    setBusy(false);
    tokenField.current?.focus();
  }

  async function signIn() {
    if (token.trim() === '') return complain('Enter the admin token.');
    setBusy(true);
    const name = author.trim();
    try {
      await adminRequest<Session>('/session', {
        method: 'POST',
        body: { token: token.trim(), ...(name !== '' && { author: name }) },
      });
      onSignedIn();
    } catch (error) {
      complain(reasonOf(error));
    }
  }

  return (
    <form
      noValidate
      className="flex flex-col"
      onSubmit={(event) => {
        event.preventDefault();
        void signIn();
      }}
    >
      <Field
        label="Admin token"
        path="token"
        hint={
          <>
            It was printed in the terminal at the first start, or is what ADMIN_TOKEN says.
            <div role="alert" className="min-h-6">
              {fault !== undefined && <FaultLine text={fault} />}
            </div>
          </>
        }
      >
        {(control) => (
          <TextInput
            {...control}
            ref={tokenField}
            type="password"
            name="token"
            autoComplete="current-password"
            isCode
            value={token}
            onChange={setToken}
            aria-invalid={fault !== undefined}
          />
        )}
      </Field>
      <Field
        label="Your name"
        path="author"
        hint="Stands in the history beside what you change."
        className="mt-2"
      >
        {(control) => (
          <TextInput
            {...control}
            name="author"
            autoComplete="nickname"
            maxLength={LONGEST_NAME}
            placeholder="admin"
            value={author}
            onChange={setAuthor}
          />
        )}
      </Field>
      <Button variant="primary" type="submit" disabled={isBusy} className="mt-4">
        Sign in
      </Button>
    </form>
  );
}

function reasonOf(error: unknown): string {
  if (!(error instanceof AdminError)) return String(error);
  if (error.status === 401) return 'This is not the admin token.';
  if (error.status === 429) {
    return `Too many attempts. Try again in ${error.retryAfterSeconds ?? 60} s.`;
  }
  return error.message;
}
