'use client';

import { TriangleAlert } from 'lucide-react';
import { type RefObject, useState } from 'react';
import type { IssuedKey } from '@/components/admin/resources';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { Checkbox } from '@/components/ui/inputs';
import { Sheet } from '@/components/ui/sheet';

interface NewKeyProps {
  readonly issued: IssuedKey;
  readonly onClose: () => void;
  readonly fallbackFocus: RefObject<HTMLElement | null>;
}

/** The key, this once; it stays on the screen until somebody says that it is kept. */
export function NewKey({ issued, onClose, fallbackFocus }: NewKeyProps) {
  const [isKept, setKept] = useState(false);
  const curl = `curl -i -H 'X-API-Key: ${issued.key}' '${location.origin}/ping'`;
  return (
    <Sheet
      shape="centre"
      title="Your new key"
      onClose={onClose}
      isLocked={!isKept}
      fallbackFocus={fallbackFocus}
    >
      <p className="flex items-start gap-2.5 text-degraded-text">
        <TriangleAlert className="mt-0.5 size-5 shrink-0" aria-hidden="true" />
        It is shown this once. Only its hash is kept, so nobody can show it again.
      </p>
      <Secret label="Key" copy="Copy the key" text={issued.key} />
      <Secret label="Try it" copy="Copy the curl command" text={curl} />
      <Checkbox
        className="mt-4"
        label="I have kept it somewhere safe"
        checked={isKept}
        onChange={setKept}
      />
      <Button variant="primary" disabled={!isKept} className="mt-3 w-full" onClick={onClose}>
        Done
      </Button>
    </Sheet>
  );
}

function Secret({ label, copy, text }: { label: string; copy: string; text: string }) {
  return (
    <div className="mt-4">
      <div className="flex min-h-11 items-center justify-between">
        <h3 className="font-semibold text-sm">{label}</h3>
        <CopyButton text={text} label={copy} />
      </div>
      <p
        data-testid="secret"
        className="select-all break-all rounded-lg bg-raised p-3 font-mono text-sm"
      >
        {text}
      </p>
    </div>
  );
}
