'use client';

import { useId, useState } from 'react';
import type { Fault } from '@/components/admin/resources';
import { FaultLine } from '@/components/ui/field';
import type { PolicyDraft } from './policy-draft';
import { draftOf } from './policy-shape';

interface JsonViewProps {
  readonly draft: PolicyDraft;
  /** What the server finds wrong with it. */
  readonly faults: readonly Fault[];
  readonly onChange: (draft: PolicyDraft) => void;
  /** Whether what is typed can be shown by the form, and saved. */
  readonly onReadable: (isReadable: boolean) => void;
}

/** The same policy as the JSON that files and the API hold. */
export default function JsonView({ draft, faults, onChange, onReadable }: JsonViewProps) {
  const id = useId();
  const [text, setText] = useState(() => JSON.stringify(draft, null, 2));
  const [fault, setFault] = useState<string>();
  const [known, setKnown] = useState(draft);
  // Changed elsewhere: discarded, or replaced by what others saved.
  if (draft !== known) {
    setKnown(draft);
    setText(JSON.stringify(draft, null, 2));
    setFault(undefined);
    onReadable(true);
  }

  function type(typed: string) {
    setText(typed);
    const read = draftOf(typed);
    const isFault = 'fault' in read;
    setFault(isFault ? read.fault : undefined);
    onReadable(!isFault);
    if (isFault) return;
    setKnown(read);
    onChange(read);
  }

  return (
    <div className="border-line border-t py-6">
      <label htmlFor={id} className="mb-1 block font-semibold text-sm">
        Policy as JSON
      </label>
      <textarea
        id={id}
        value={text}
        onChange={({ target }) => type(target.value)}
        rows={32}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        aria-invalid={fault !== undefined || faults.length > 0}
        aria-describedby={`${id}-note`}
        className="w-full resize-y whitespace-pre rounded-lg border border-edge bg-panel px-3 py-2 font-mono text-sm aria-invalid:border-denied-text"
      />
      <div id={`${id}-note`} className="min-h-5 text-ink-faint text-sm">
        {fault !== undefined ? (
          <FaultLine text={fault} />
        ) : faults.length === 0 ? (
          'Durations are in milliseconds.'
        ) : (
          faults.map(({ path, message }) => (
            <FaultLine
              key={`${path} ${message}`}
              text={path === '' ? message : `${path}: ${message}`}
            />
          ))
        )}
      </div>
    </div>
  );
}
