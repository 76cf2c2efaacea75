import type { ReactNode } from 'react';

interface SectionProps {
  readonly title: string;
  readonly detail?: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A part of a form or page, set apart by a hairline and space. */
export function Section({ title, detail, aside, children }: SectionProps) {
  return (
    <section aria-label={title} className="border-line border-t py-6">
      <div className="mb-4 flex flex-wrap items-start justify-between gap-3">
        <div>
          <h2 className="font-semibold text-lg">{title}</h2>
          {detail !== undefined && <p className="text-ink-soft text-sm">{detail}</p>}
        </div>
        {aside}
      </div>
      {children}
    </section>
  );
}
