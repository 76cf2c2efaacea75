'use client';

import { useState } from 'react';
import { messageOf } from '@/components/admin/admin-error';
import { adminRequest } from '@/components/admin/admin-request';
import type { IssuedKey, Key } from '@/components/admin/resources';
import { Button } from '@/components/ui/button';
import { Choice } from '@/components/ui/choice';
import { FaultLine } from '@/components/ui/field';
import { Sheet } from '@/components/ui/sheet';

interface RotateKeyProps {
  readonly apiKey: Key;
  readonly onIssued: (issued: IssuedKey) => void;
  readonly onClose: () => void;
}

const OVERLAPS = [
  { value: '0', label: 'Ends now', hint: 'Whoever still sends it is refused at once' },
  { value: '3600', label: '1 hour' },
  { value: '86400', label: '24 hours', hint: 'Time enough to bring the new one everywhere' },
  { value: '604800', label: '7 days' },
] as const;

type Overlap = (typeof OVERLAPS)[number]['value'];

/** Replaces a key by a new one; both hold for a while. */
export function RotateKey({ apiKey, onIssued, onClose }: RotateKeyProps) {
  const [overlap, setOverlap] = useState<Overlap>('86400');
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);

  async function rotate() {
    setBusy(true);
    try {
      const issued = await adminRequest<IssuedKey>(`/keys/${apiKey.id}/rotate`, {
        method: 'POST',
        body: { overlap_seconds: Number(overlap) },
      });
      onIssued(issued);
    } catch (error) {
      setFailure(messageOf(error));
      setBusy(false);
    }
  }

  return (
    <Sheet shape="centre" title={`Rotate ${apiKey.prefix}`} onClose={onClose}>
      <p className="mb-4 text-ink-soft">
        A new key takes its place. How long is the old one good for?
      </p>
      <Choice<Overlap>
        legend="The old key holds for"
        shape="list"
        value={overlap}
        onChange={setOverlap}
        options={OVERLAPS}
      />
      <div role="alert" className="mt-3">
        {failure !== undefined && <FaultLine text={failure} />}
      </div>
      <Button variant="primary" disabled={isBusy} className="mt-2 w-full" onClick={rotate}>
        Rotate key
      </Button>
    </Sheet>
  );
}
