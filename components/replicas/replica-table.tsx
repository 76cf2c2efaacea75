import type { ReactNode } from 'react';
import { formatCount, formatDuration } from '@/components/traffic/format';
import { Cell, Row, RowLink, Table } from '@/components/ui/table';
import type { Replica } from './replica';
import { ageWords, configurationFault, listWords, versionsInForce } from './replica-words';
import { StateBadge } from './state-badge';

interface ReplicaTableProps {
  readonly replicas: readonly Replica[];
  /** The server's time when it told of them, Unix ms. */
  readonly toldAtMs: number;
}

const COLUMNS = [
  'Replica',
  'State',
  'Store',
  'Configuration',
  'Requests/s',
  'In flight',
  'Connections',
  'Loop p99',
  'Memory',
  'Open breakers',
];

/** Every replica on a line, with what it told of itself last. */
export function ReplicaTable({ replicas, toldAtMs }: ReplicaTableProps) {
  const versions = versionsInForce(replicas);
  return (
    <Table label="Replicas" columns={COLUMNS}>
      {replicas.map((replica) => (
        <Row key={replica.instance}>
          <Cell className="md:w-56">
            <RowLink href={`/overview?${new URLSearchParams({ replica: replica.replica })}`}>
              {replica.replica}
            </RowLink>
            <p className="text-ink-soft text-sm">
              {replica.role === 'all' ? 'gateway and pages' : 'gateway'}, {replica.version}
              <br />
              up {ageWords(toldAtMs - Date.parse(replica.started_at))}
            </p>
          </Cell>
          <Cell label="State" className="md:w-32">
            <StateBadge replica={replica} toldAtMs={toldAtMs} />
          </Cell>
          <Cell label="Store" className="md:w-32">
            <StoreWords store={replica.store} />
          </Cell>
          <Cell label="Configuration" className="md:w-40">
            {replica.config.kind}, version {formatCount(replica.config.version)}
            <Trouble>{configurationFault(replica, versions)}</Trouble>
          </Cell>
          <Figure label="Requests/s">{formatCount(replica.requests_per_second)}</Figure>
          <Figure label="In flight">{formatCount(replica.in_flight)}</Figure>
          <Figure label="Connections">{formatCount(replica.connections)}</Figure>
          <Figure label="Loop p99">{formatDuration(replica.event_loop_p99_ms)}</Figure>
          <Figure label="Memory">{`${formatCount(Math.round(replica.memory_mib))} MiB`}</Figure>
          <Cell label="Open breakers">
            {replica.upstreams_open.length === 0 ? (
              <span className="text-ink-faint">none</span>
            ) : (
              <span className="break-words text-denied-text">
                {listWords(replica.upstreams_open)}
              </span>
            )}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function StoreWords({ store: { kind, status, latency_ms } }: Pick<Replica, 'store'>) {
  return (
    <>
      {kind}
      {status === 'ok' ? (
        <p className="font-mono text-ink-faint text-sm">
          {latency_ms === null ? '' : formatDuration(latency_ms)}
        </p>
      ) : (
        <Trouble>unreachable</Trouble>
      )}
    </>
  );
}

function Trouble({ children }: { children: string | undefined }) {
  return children === undefined ? null : <p className="text-degraded-text text-sm">{children}</p>;
}

/** As wide as its largest numbers, so that no column moves while they change. */
function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Cell label={label} className="whitespace-nowrap font-mono text-sm">
      <span className="inline-block md:min-w-[7ch]">{children}</span>
    </Cell>
  );
}
