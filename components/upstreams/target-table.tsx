'use client';

import { useState } from 'react';
import { ShowAllButton } from '@/components/admin/show-all-button';
import { formatCount, plural } from '@/components/traffic/format';
import { Cell, Row, Table } from '@/components/ui/table';
import type { UpstreamStatusJson } from '@/lib/admin';
import type { Upstream } from '@/lib/policy';
import { TargetHealth } from './target-health';
import { isWell } from './upstream-words';

type TargetStatus = UpstreamStatusJson['targets'][number];

const COLUMNS = ['Target', 'Weight', 'Health', 'In flight', 'Requests', 'Failures'];
/** More are shown on demand. */
const SHOWN_AT_FIRST = 8;

interface TargetTableProps {
  readonly upstream: Upstream;
  /** As far as it is known. */
  readonly statuses: readonly TargetStatus[] | undefined;
  readonly toldAt: string;
}

/** What each target is doing. */
export function TargetTable({ upstream, statuses, toldAt }: TargetTableProps) {
  const [showsAll, setShowsAll] = useState(false);
  const { targets, health_check } = upstream;
  const shown = showsAll ? targets : targets.slice(0, SHOWN_AT_FIRST);
  const byUrl = new Map(statuses?.map((status) => [originOf(status.url), status]));
  return (
    <>
      <Table label={`Targets of ${upstream.name}`} columns={COLUMNS}>
        {shown.map(({ url, weight }, index) => {
          const status = byUrl.get(originOf(url));
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a target may be written twice.
            <Row key={`${url} ${index}`}>
              {/* What is left: the others are as wide in every upstream's table. */}
              <Cell className="md:w-full md:min-w-48">
                <p className="break-all font-mono text-sm">{url}</p>
                {status !== undefined && status.addresses.length > 0 && (
                  <p className="break-all font-mono text-ink-faint text-sm">
                    {addressWords(status.addresses)}
                  </p>
                )}
              </Cell>
              <Cell label="Weight" className="font-mono text-sm">
                <span className="block md:w-[7ch]">{weight === 0 ? '0, gets none' : weight}</span>
              </Cell>
              <Cell label="Health">
                {/* As wide as ever, so that no column moves when a fault is told. */}
                <div className="md:w-48">
                  {status === undefined ? (
                    <p className="text-ink-faint min-h-11">not known yet</p>
                  ) : (
                    <TargetHealth
                      target={status}
                      isChecked={health_check !== undefined}
                      toldAt={toldAt}
                    />
                  )}
                </div>
              </Cell>
              <Figure label="In flight" count={status?.in_flight} />
              <Figure label="Requests" count={status?.requests} />
              <Figure
                label="Failures"
                count={status?.failures}
                isBad={status !== undefined && !isWell(status)}
              />
            </Row>
          );
        })}
      </Table>
      {targets.length > SHOWN_AT_FIRST && (
        <ShowAllButton
          showsAll={showsAll}
          what={plural(targets.length, 'target')}
          onToggle={() => setShowsAll(!showsAll)}
        />
      )}
    </>
  );
}

interface FigureProps {
  readonly label: string;
  readonly count: number | undefined;
  readonly isBad?: boolean;
}

function Figure({ label, count, isBad = false }: FigureProps) {
  const look = isBad && count !== undefined && count > 0 ? 'text-denied-text' : '';
  return (
    <Cell label={label} className="font-mono text-sm">
      <span className={`inline-block min-w-[9ch] ${look}`}>
        {count === undefined ? '–' : formatCount(count)}
      </span>
    </Cell>
  );
}

const MOST_ADDRESSES = 4;

function addressWords(addresses: readonly string[]): string {
  const rest = addresses.length - MOST_ADDRESSES;
  const told = addresses.slice(0, MOST_ADDRESSES).join(', ');
  return rest > 0 ? `${told} and ${rest} more` : told;
}

/** A slash at the end or a default port makes no other target. */
function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
