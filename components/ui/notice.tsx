import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './button';

/** There is nothing yet, why that is fine, and what to do about it. */
export function EmptyNotice({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="rounded-2xl border border-line border-dashed px-6 py-12 text-center">
      <p className="font-semibold">{title}</p>
      <div className="mx-auto mt-1 flex max-w-md flex-col items-center gap-4 text-ink-soft">
        {children}
      </div>
    </div>
  );
}

interface FailureNoticeProps {
  readonly error: Error;
  readonly onRetry: () => void;
}

/** Something could not be read. */
export function FailureNotice({ error, onRetry }: FailureNoticeProps) {
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center justify-between gap-4 rounded-2xl border border-line px-6 py-5"
    >
      <p className="flex min-w-0 items-start gap-2.5">
        <CircleAlert className="mt-0.5 size-5 shrink-0 text-denied-text" aria-hidden="true" />
        {error.message}
      </p>
      <Button variant="strong" onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}

/** Stands where `rows` lines of a list will be. */
export function Skeleton({ rows }: { rows: number }) {
  return (
    <div role="status" aria-label="Loading" className="border-line border-t">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike.
        <div key={row} className="flex h-16 items-center gap-8 border-line border-b">
          <div className="h-3 w-40 rounded-full bg-raised" />
          <div className="h-3 w-24 rounded-full bg-raised" />
          <div className="h-3 flex-1 rounded-full bg-raised max-sm:hidden" />
        </div>
      ))}
    </div>
  );
}
