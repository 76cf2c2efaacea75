import type { Policy, PolicyCounts } from '@/components/admin/resources';
import { formatCount } from '@/components/traffic/format';
import { Cell, Row, RowLink, Table } from '@/components/ui/table';
import { ModeBadge } from './mode-badge';
import { limitWords, methodWords, scopeWords } from './words';

interface PolicyTableProps {
  readonly policies: readonly Policy[];
  readonly counts: PolicyCounts | undefined;
}

const COLUMNS = ['Policy', 'Mode', 'Where', 'Counts by', 'Limits', 'Requests'];

export function PolicyTable({ policies, counts }: PolicyTableProps) {
  return (
    <Table label="Policies" columns={COLUMNS}>
      {policies.map((policy) => (
        <Row key={policy.name}>
          <Cell className="md:w-64">
            <RowLink href={`/policies/${policy.name}`}>{policy.name}</RowLink>
            <p className="line-clamp-2 text-ink-soft text-sm">{policy.description}</p>
          </Cell>
          <Cell label="Mode">
            <ModeBadge mode={policy.mode} />
          </Cell>
          <Cell label="Where" className="font-mono text-sm">
            {policy.match.paths.slice(0, 3).map((path) => (
              <p key={path} className="break-all">
                {path}
              </p>
            ))}
            <p className="text-ink-faint">
              {policy.match.paths.length > 3 && `+ ${policy.match.paths.length - 3} more, `}
              {methodWords(policy.match.methods)}
            </p>
            {policy.match.hosts.length > 0 && (
              <p className="break-all text-ink-faint">{policy.match.hosts.join(', ')}</p>
            )}
          </Cell>
          <Cell label="Counts by">{scopeWords(policy.scope)}</Cell>
          <Cell label="Limits">
            <p className="whitespace-pre-line">{policy.limits.map(limitWords).join('\n')}</p>
            {policy.overrides.length > 0 && (
              <p className="text-ink-faint text-sm">
                others for {policy.overrides.map(({ tier }) => tier).join(', ')}
              </p>
            )}
          </Cell>
          <Cell label="Requests" className="whitespace-nowrap">
            <Counts mode={policy.mode} count={counts?.items[policy.name]} />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

interface CountsProps {
  readonly mode: Policy['mode'];
  readonly count: PolicyCounts['items'][string] | undefined;
}

function Counts({ mode, count }: CountsProps) {
  if (mode === 'off') return <span className="text-ink-faint">–</span>;
  const { allowed, denied, would_deny } = count ?? { allowed: 0, denied: 0, would_deny: 0 };
  return (
    <span className="text-sm">
      <span className="block text-allowed-text">✓ {formatCount(allowed)} allowed</span>
      <span className="block text-denied-text">
        ✕{' '}
        {mode === 'shadow'
          ? `${formatCount(would_deny)} would be denied`
          : `${formatCount(denied)} denied`}
      </span>
    </span>
  );
}
