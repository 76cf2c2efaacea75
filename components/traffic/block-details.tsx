import type { ReactNode } from 'react';
import { CopyButton } from '@/components/ui/copy-button';
import { Sheet } from '@/components/ui/sheet';
import type { RateStatus } from '@/lib/gateway';
import type { Answer, Block } from './block';
import { curlCommand } from './curl-command';
import { formatDuration } from './format';
import { HeaderTable } from './header-table';
import { LocalTime } from './local-time';
import { OutcomeBadge } from './outcome-badge';
import { reasonFor } from './reason';
import { REQUEST_HEADERS } from './send-request';
import { stockPricePath } from './ticker';

interface BlockDetailsProps {
  readonly block: Block;
  readonly status: RateStatus;
  readonly onClose: () => void;
}

/** Everything that is known of one request. */
export function BlockDetails({ block, status, onClose }: BlockDetailsProps) {
  const { answer, ticker } = block;
  const path = stockPricePath(ticker);
  const curl = curlCommand(location.origin, path);
  return (
    <Sheet shape="side" title={`Request ${block.id}`} onClose={onClose}>
      <div className="flex items-center gap-3">
        <OutcomeBadge block={block} />
        {answer && answer.status !== 0 && <span className="font-mono">{answer.status}</span>}
        {answer && (
          <span className="font-mono text-ink-soft">{formatDuration(answer.latencyMs)}</span>
        )}
      </div>
      <Part title="Why?">
        <p className="text-ink-soft">{reasonFor(block, status)}</p>
      </Part>
      <Part title="Request">
        <p className="break-all font-mono text-sm">GET {path}</p>
        <HeaderTable
          headers={[
            ['host', location.host],
            ...Object.entries(REQUEST_HEADERS),
            ['user-agent', navigator.userAgent],
          ]}
        />
      </Part>
      <Part title="Send it again" aside={<CopyButton text={curl} label="Copy the curl command" />}>
        <pre className="whitespace-pre-wrap break-all rounded-lg bg-raised p-3 font-mono text-sm">
          {curl}
        </pre>
      </Part>
      {answer && answer.status !== 0 && (
        <>
          <Part title="Timing">
            <Timing block={block} answer={answer} />
          </Part>
          <Part title="Response headers">
            <HeaderTable headers={answer.headers} />
          </Part>
          <Part title="Response body">
            <pre className="whitespace-pre-wrap break-words rounded-lg bg-raised p-3 font-mono text-sm">
              {indented(answer.body)}
            </pre>
          </Part>
        </>
      )}
    </Sheet>
  );
}

function Part({
  title,
  aside,
  children,
}: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="mt-6">
      <div className="mb-1 flex min-h-8 items-center justify-between">
        <h3 className="font-semibold">{title}</h3>
        {aside}
      </div>
      {children}
    </section>
  );
}

function Timing({ block, answer }: { block: Block; answer: Answer }) {
  const rows = [
    ['Sent', <LocalTime key="sent" atMs={block.sentAtMs} />],
    ['First byte after', formatDuration(answer.firstByteMs)],
    ['Complete after', formatDuration(answer.latencyMs)],
  ] as const;
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1 text-sm">
      {rows.map(([term, value]) => (
        <div key={term} className="contents">
          <dt className="text-ink-faint">{term}</dt>
          <dd className="font-mono">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
