import { Ban, RotateCw } from 'lucide-react';
import type { Key } from '@/components/admin/resources';
import { IconButton } from '@/components/ui/icon-button';
import { Moment } from '@/components/ui/moment';
import { Cell, Row, Table } from '@/components/ui/table';
import { KeyStatus } from './key-status';

interface KeyTableProps {
  readonly keys: readonly Key[];
  readonly clientTier: string | undefined;
  readonly isWritable: boolean;
  readonly onRotate: (key: Key) => void;
  readonly onRevoke: (key: Key) => void;
}

const COLUMNS = ['Key', 'Status', 'Tier', 'Created', 'Ends', 'Last used'];

export function KeyTable({ keys, clientTier, isWritable, onRotate, onRevoke }: KeyTableProps) {
  return (
    <Table label="API keys" columns={COLUMNS} lastColumn="Actions">
      {keys.map((key) => (
        <Row key={key.id}>
          <Cell>
            <p className="font-mono text-sm">{key.prefix}</p>
            <p className="break-words text-ink-soft text-sm">{key.description}</p>
          </Cell>
          <Cell label="Status">
            <KeyStatus status={key.status} />
          </Cell>
          <Cell label="Tier">
            {key.tier ?? <span className="text-ink-faint">{clientTier ?? 'none'}</span>}
          </Cell>
          <Cell label="Created" className="text-sm">
            <Moment at={key.created_at} />
          </Cell>
          <Cell label="Ends" className="text-sm">
            <MaybeMoment at={key.revoked_at ?? key.expires_at} />
          </Cell>
          <Cell label="Last used" className="text-sm">
            <MaybeMoment at={key.last_used_at} />
          </Cell>
          <Cell className="md:text-right">
            {key.status === 'active' && (
              <span className="-my-2 inline-flex max-md:-ml-3">
                <IconButton
                  label={`Rotate ${key.prefix}`}
                  disabled={!isWritable}
                  onClick={() => onRotate(key)}
                >
                  <RotateCw />
                </IconButton>
                <IconButton
                  label={`Revoke ${key.prefix}`}
                  disabled={!isWritable}
                  onClick={() => onRevoke(key)}
                >
                  <Ban />
                </IconButton>
              </span>
            )}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function MaybeMoment({ at }: { at: string | null }) {
  return at === null ? <span className="text-ink-faint">never</span> : <Moment at={at} />;
}
