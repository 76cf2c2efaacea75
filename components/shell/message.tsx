import Link from 'next/link';
import type { ReactNode } from 'react';
import { Logo } from './logo';

interface MessageProps {
  readonly title: string;
  readonly detail: string;
  readonly children: ReactNode;
}

/** A page that has one thing to say. */
export function Message({ title, detail, children }: MessageProps) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col items-start justify-center gap-3 px-6">
      <Link href="/" aria-label="Floodgate" className="mb-4">
        <Logo />
      </Link>
      <h1 className="font-semibold text-xl">{title}</h1>
      <p className="mb-3 text-ink-soft">{detail}</p>
      {children}
    </main>
  );
}
