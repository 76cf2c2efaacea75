import { clsx } from 'clsx';
import Link from 'next/link';
import { plainly } from '@/components/admin/plainly';
import type { Explanation } from '@/components/admin/resources';
import { formatCount, formatDuration } from '@/components/traffic/format';
import { HeaderTable } from '@/components/traffic/header-table';
import { ModeBadge } from './mode-badge';

type PolicyVerdict = Explanation['policies'][number];

const OUTCOMES: Readonly<
  Record<Explanation['outcome'], readonly [words: string, isGood: boolean]>
> = {
  allowed: ['allowed', true],
  denied: ['denied', false],
  forbidden: ['on a deny list', false],
  unauthorized: ['not authenticated', false],
  'bad-cost': ['cost out of bounds', false],
  unavailable: ['the store does not answer', false],
};

const VERDICTS: Readonly<
  Record<PolicyVerdict['outcome'], readonly [words: string, isGood: boolean]>
> = {
  allowed: ['allows it', true],
  denied: ['denies it', false],
  'would-deny': ['would deny it, but only watches', false],
  exempt: ['leaves this caller alone', true],
  unlimited: ['has no limit for this tier', true],
  forbidden: ['refuses this caller', false],
  'bad-cost': ['refuses the cost it names', false],
  unmeasured: ['could not be counted', true],
};

interface ExplanationViewProps {
  readonly explanation: Explanation;
  /** The policy being edited, which is pointed out; without one, each leads to its page. */
  readonly policy?: string;
}

/** The whole evaluation of a request: who, which policies, each verdict, and the answer's headers. */
export function ExplanationView({ explanation, policy }: ExplanationViewProps) {
  const { outcome, status, policies, not_matched, headers, route } = explanation;
  const [words, isGood] = OUTCOMES[outcome];
  const others = `${not_matched} other ${not_matched === 1 ? 'policy does' : 'policies do'} not match.`;
  return (
    <>
      <p className="flex items-center gap-3">
        <span
          className={clsx(
            'rounded-md px-2 py-0.5 font-semibold',
            isGood ? 'bg-allowed text-allowed-ink' : 'bg-denied text-denied-ink',
          )}
        >
          {isGood ? '✓' : '✕'} {words}
        </span>
        {!isGood && <span className="font-mono">{status}</span>}
      </p>
      <p className="mt-2 break-words text-ink-soft text-sm">
        Counted as {callerWords(explanation.identity)}
        {route !== null && `, on route ${route}`}.
      </p>
      <h3 className="mt-5 mb-1 font-semibold">Matching policies, in order</h3>
      {policies.length === 0 ? (
        <p className="text-ink-soft text-sm">None: nothing limits this request.</p>
      ) : (
        <ol>
          {policies.map((verdict) => (
            <VerdictItem key={verdict.name} verdict={verdict} edited={policy} />
          ))}
        </ol>
      )}
      {not_matched > 0 && <p className="mt-2 text-ink-faint text-sm">{others}</p>}
      <h3 className="mt-5 mb-1 font-semibold">Headers of the answer</h3>
      {headers.length === 0 ? (
        <p className="text-ink-soft text-sm">None about limits.</p>
      ) : (
        <HeaderTable headers={headers.map(([name, value]) => [name.toLowerCase(), value])} />
      )}
    </>
  );
}

function callerWords(identity: Explanation['identity']): string {
  if (identity === null) return 'nobody: the credentials hold nothing';
  const { kind, ip, key_id, user, tier } = identity;
  const ofTier = tier === null ? '' : ` of tier ${tier}`;
  if (kind === 'key')
    return `API key fg_${key_id}${user === null ? '' : ` (${plainly(user)})`}${ofTier}`;
  if (kind === 'user') return `user ${plainly(user ?? '')}${ofTier}`;
  return `IP address ${ip}${ofTier}`;
}

interface VerdictItemProps {
  readonly verdict: PolicyVerdict;
  readonly edited: string | undefined;
}

function VerdictItem({ verdict, edited }: VerdictItemProps) {
  const { name, mode, outcome, key, tier, cost, limits } = verdict;
  const [words, isGood] = VERDICTS[outcome];
  return (
    <li className="border-line border-b py-2.5 text-sm last:border-b-0">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <span className="wrap-anywhere font-semibold">
          {edited !== undefined ? (
            name
          ) : (
            <Link
              href={`/policies/${encodeURIComponent(name)}`}
              className="underline decoration-edge underline-offset-4 hover:decoration-current"
            >
              {name}
            </Link>
          )}
        </span>
        <ModeBadge mode={mode} />
        {name === edited && <span className="text-ink-faint">this one</span>}
      </p>
      <p className={isGood ? 'text-allowed-text' : 'text-denied-text'}>
        {isGood ? '✓' : '✕'} {words}
        {tier !== null && ` (limits of tier ${tier})`}
        {cost !== null && cost !== 1 && `, at a cost of ${formatCount(cost)}`}
      </p>
      {limits.map((limit) => (
        <p key={limit.name} className="font-mono text-ink-soft">
          {limit.name}:{' '}
          {limit.remaining === null
            ? `limit ${formatCount(limit.limit)}, not counted`
            : `${formatCount(limit.remaining)} of ${formatCount(limit.limit)} left`}
          {limit.allowed === false &&
            limit.retry_after_ms !== null &&
            `, again in ${formatDuration(limit.retry_after_ms)}`}
        </p>
      ))}
      {key !== null && <p className="break-all font-mono text-ink-faint">{key}</p>}
    </li>
  );
}
