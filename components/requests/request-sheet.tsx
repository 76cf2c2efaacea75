'use client';

import type { ReactNode } from 'react';
import { plainly } from '@/components/admin/plainly';
import { useRecordedExplanation } from '@/components/hooks/use-explanation';
import { ExplanationView } from '@/components/policies/explanation-view';
import { curlCommand } from '@/components/traffic/curl-command';
import { formatDuration } from '@/components/traffic/format';
import { CopyButton } from '@/components/ui/copy-button';
import { FailureNotice } from '@/components/ui/notice';
import { Sheet } from '@/components/ui/sheet';
import type { LiveDecision } from './decision';
import { RequestTime } from './request-time';
import { VerdictMark } from './verdict-mark';

interface RequestSheetProps {
  readonly id: string;
  /** As the list has it, when it does. */
  readonly decision: LiveDecision | undefined;
  readonly onClose: () => void;
}

/** Everything that was weighed for one request. */
export function RequestSheet({ id, decision, onClose }: RequestSheetProps) {
  const { explanation, error, retry } = useRecordedExplanation(id);
  const request = explanation?.request ?? decision;
  const host = explanation?.request.host;
  return (
    <Sheet shape="side" title="Request" onClose={onClose}>
      {decision !== undefined && (
        <p className="mb-4 flex flex-wrap items-center gap-x-4">
          <VerdictMark decision={decision} />
          <span className="font-mono">{decision.status}</span>
          <span className="font-mono text-ink-soft">{formatDuration(decision.duration_ms)}</span>
        </p>
      )}
      <dl className="text-sm">
        <Fact name="Id" aside={<CopyButton text={id} label="Copy the request id" />}>
          {plainly(id)}
        </Fact>
        {request !== undefined && (
          <Fact name="Request">
            {plainly(request.method)} <bdi>{plainly(request.path)}</bdi>
          </Fact>
        )}
        {typeof host === 'string' && <Fact name="Host">{plainly(host)}</Fact>}
        <Moment at={explanation === undefined ? decision?.at : Date.parse(explanation.at)} />
        <Replica name={explanation?.replica ?? decision?.replica} />
      </dl>
      <section aria-label="Why?" className="mt-6">
        <h3 className="mb-2 font-semibold">Why?</h3>
        {explanation !== undefined ? (
          <ExplanationView explanation={explanation} />
        ) : error === undefined ? (
          <Loading />
        ) : error.status === 404 ? (
          <p className="text-ink-soft">
            No replica keeps this request any more. Each remembers its last few thousand.
          </p>
        ) : (
          <FailureNotice error={error} onRetry={retry} />
        )}
      </section>
      {request?.method === 'GET' && <Again path={request.path} />}
    </Sheet>
  );
}

interface FactProps {
  readonly name: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

function Fact({ name, aside, children }: FactProps) {
  return (
    <div className="flex min-h-11 items-center gap-4 border-line border-b py-2">
      <dt className="w-16 shrink-0 text-ink-faint">{name}</dt>
      <dd className="min-w-0 flex-1 break-all font-mono">{children}</dd>
      {aside !== undefined && <dd className="-my-2">{aside}</dd>}
    </div>
  );
}

function Moment({ at }: { at: number | undefined }) {
  if (at === undefined) return null;
  return (
    <Fact name="At">
      <RequestTime atMs={at} />
    </Fact>
  );
}

function Replica({ name }: { name: string | undefined }) {
  return name === undefined ? null : <Fact name="Replica">{plainly(name)}</Fact>;
}

function Loading() {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-4 py-2">
      <div className="h-3 w-40 rounded-full bg-raised" />
      <div className="h-3 w-64 rounded-full bg-raised" />
      <div className="h-3 w-56 rounded-full bg-raised" />
    </div>
  );
}

function Again({ path }: { path: string }) {
  const curl = curlCommand(location.origin, path);
  return (
    <section aria-label="Send it again" className="mt-6">
      <div className="mb-1 flex min-h-8 items-center justify-between">
        <h3 className="font-semibold">Send it again</h3>
        <CopyButton text={curl} label="Copy the curl command" />
      </div>
      <pre className="whitespace-pre-wrap break-all rounded-lg bg-raised p-3 font-mono text-sm">
        {curl}
      </pre>
      <p className="mt-2 text-ink-faint text-sm">
        Without its query, credentials and fields, which are not kept.
      </p>
    </section>
  );
}
