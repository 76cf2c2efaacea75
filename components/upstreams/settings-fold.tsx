'use client';

import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Fault } from '@/components/admin/resources';

interface SettingsFoldProps {
  readonly title: string;
  /** What it is set to, in a line. */
  readonly words: string;
  /** The member of the upstream that is set in it. */
  readonly path: string;
  readonly faults: readonly Fault[];
  readonly children: ReactNode;
}

/** Settings that few have to touch: folded until somebody opens it, or has to. */
export function SettingsFold({ title, words, path, faults, children }: SettingsFoldProps) {
  const [isOpened, setOpened] = useState(false);
  // A fault that nobody sees can't be mended.
  const isFaulty = faults.some(
    (fault) => fault.path.startsWith(path) && /^(?:$|[.[])/.test(fault.path.slice(path.length)),
  );
  return (
    <details
      open={isOpened || isFaulty}
      onToggle={({ currentTarget }) => setOpened(currentTarget.open)}
      className="group border-line border-b"
    >
      <summary className="flex min-h-11 cursor-pointer list-none items-start gap-2 py-2.5 hover:bg-raised [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden="true"
          className="mt-1 size-4 shrink-0 text-ink-faint group-open:rotate-90"
        />
        <span className="grid min-w-0 flex-1 gap-x-4 sm:grid-cols-[9rem_minmax(0,1fr)]">
          <span className="font-semibold">{title}</span>
          <span className="break-words text-ink-soft text-sm">{words}</span>
        </span>
      </summary>
      <div className="pb-4 sm:pl-4">{children}</div>
    </details>
  );
}
