'use client';

import { clsx } from 'clsx';
import { CircleAlert } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { type Fault, useFaults } from './faults';

/** What a control needs so that its label, hint and faults are told with it. */
export interface ControlProps {
  readonly id: string;
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby': string | undefined;
}

interface FieldProps {
  readonly label: ReactNode;
  /** Where its value is in the document being edited, such as `limits[0].quota`. */
  readonly path: string;
  readonly hint?: ReactNode;
  readonly className?: string;
  /** A fault in other words than the server's. */
  readonly say?: (fault: Fault) => string;
  readonly children: (control: ControlProps) => ReactNode;
}

/** A labelled control. Hint and fault share one line that is always there, so that a fault moves nothing. */
export function Field({ label, path, hint, className, say, children }: FieldProps) {
  const id = useId();
  const faults = useFaults(path);
  const isBad = faults.length > 0;
  const noteId = `${id}-note`;
  return (
    <div className={clsx('min-w-0', className)}>
      <label htmlFor={id} className="mb-1 block font-semibold text-sm">
        {label}
      </label>
      {children({
        id,
        'aria-invalid': isBad,
        'aria-describedby': isBad || hint !== undefined ? noteId : undefined,
      })}
      <div id={noteId} className="mt-1 min-h-5 text-ink-faint text-sm">
        {isBad
          ? faults.map((fault) => (
              <FaultLine key={fault.path} text={say?.(fault) ?? sayFault(fault, path)} />
            ))
          : hint}
      </div>
    </div>
  );
}

export function FaultLine({ text }: { text: string }) {
  return (
    <p className="flex items-start gap-1.5 text-denied-text">
      <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
      <span className="min-w-0 break-words">{text}</span>
    </p>
  );
}

function sayFault({ path, message }: Fault, field: string): string {
  const entry = /^\[(\d+)\]$/.exec(path.slice(field.length))?.[1];
  return entry === undefined ? message : `Line ${Number(entry) + 1}: ${message}`;
}
