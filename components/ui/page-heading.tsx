import type { ReactNode } from 'react';

interface PageHeadingProps {
  readonly title: ReactNode;
  readonly detail: ReactNode;
  /** What can be done here. */
  readonly children?: ReactNode;
}

export function PageHeading({ title, detail, children }: PageHeadingProps) {
  return (
    <div className="mb-6 flex flex-wrap items-end justify-between gap-x-10 gap-y-4">
      <div className="min-w-0">
        <h1 className="break-words font-semibold text-xl tracking-tight">{title}</h1>
        <p className="mt-1 max-w-prose text-ink-soft">{detail}</p>
      </div>
      {children !== undefined && (
        <div className="flex flex-wrap items-center gap-3">{children}</div>
      )}
    </div>
  );
}
