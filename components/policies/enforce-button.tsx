'use client';

import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import type { PolicyCounts } from '@/components/admin/resources';
import { PATHS, useAdmin } from '@/components/hooks/use-admin';
import { formatCount, plural } from '@/components/traffic/format';
import { Button } from '@/components/ui/button';
import { Confirm } from '@/components/ui/confirm';
import { Moment } from '@/components/ui/moment';

const COUNTS_MS = 5_000;

interface EnforceButtonProps {
  readonly policy: string;
  readonly isDisabled: boolean;
  readonly onEnforce: () => Promise<void>;
}

/** Ends a policy's time in shadow, after saying what it would have refused. */
export function EnforceButton({ policy, isDisabled, onEnforce }: EnforceButtonProps) {
  const { data } = useAdmin<PolicyCounts>(PATHS.counts, { refreshMs: COUNTS_MS });
  const [isAsking, setAsking] = useState(false);
  const count = data?.items[policy];
  const wouldDeny = count?.would_deny ?? 0;
  return (
    <>
      <Button variant="primary" disabled={isDisabled} onClick={() => setAsking(true)}>
        <ShieldCheck className="size-4" aria-hidden="true" />
        Enforce…
      </Button>
      {isAsking && (
        <Confirm
          title={`Enforce ${policy}?`}
          action="Enforce"
          onConfirm={onEnforce}
          onClose={() => setAsking(false)}
        >
          <p>
            {data === undefined || count === undefined ? (
              'No request for it has been seen in shadow yet, so nothing is known of what it would refuse.'
            ) : (
              <>
                Since <Moment at={data.since} /> it let {plural(count.allowed, 'request')} pass and{' '}
                <strong className="text-ink">
                  would have refused {formatCount(wouldDeny)} of{' '}
                  {formatCount(count.allowed + wouldDeny)}
                </strong>
                .
              </>
            )}
          </p>
          <p>From now on requests over the limit get 429. You can go back to shadow at any time.</p>
        </Confirm>
      )}
    </>
  );
}
