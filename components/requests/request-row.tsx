import { clsx } from 'clsx';
import { memo } from 'react';
import { plainly } from '@/components/admin/plainly';
import { formatDuration } from '@/components/traffic/format';
import { ROLES } from '@/components/ui/table';
import { type LiveDecision, NONE } from './decision';
import { RequestTime } from './request-time';
import { VerdictMark } from './verdict-mark';

/** One line where there is room; else two, without what matters least. */
export const ROW_LAYOUT =
  "grid items-center gap-x-4 max-xl:grid-cols-[auto_auto_minmax(0,1fr)_auto] max-xl:[grid-template-areas:'verdict_status_target_took'_'time_who_who_who'] xl:grid-cols-[7rem_7.5rem_2.5rem_minmax(0,1fr)_8rem_8rem_12rem_4.5rem] xl:[grid-template-areas:'time_verdict_status_target_route_policy_who_took']";

interface RequestRowProps {
  readonly decision: LiveDecision;
  /** Its place among all rows, from 0. */
  readonly index: number;
  readonly topPx: number;
  readonly linkId: string;
  readonly href: string;
  /** Whether Tab comes here. */
  readonly isTabStop: boolean;
  readonly onOpen: (id: string) => void;
}

export const RequestRow = memo(function RequestRow(props: RequestRowProps) {
  const { decision, index, topPx, linkId, href, isTabStop, onOpen } = props;
  const { at, method, path, identity, route, policy, status, duration_ms } = decision;
  const target = plainly(path);
  const who = identity === null ? 'nobody' : plainly(identity.value);
  return (
    <tr
      {...ROLES.row}
      aria-rowindex={index + 2}
      style={{ transform: `translateY(${topPx}px)` }}
      className={clsx(
        ROW_LAYOUT,
        'absolute inset-x-0 top-0 h-16 content-center border-line border-b contain-strict hover:bg-raised has-focus-visible:bg-raised xl:h-10',
      )}
    >
      <td {...ROLES.cell} className="font-mono text-ink-soft text-sm [grid-area:time]">
        <RequestTime atMs={at} />
      </td>
      <td {...ROLES.cell} className="[grid-area:verdict]">
        <VerdictMark decision={decision} />
      </td>
      <td {...ROLES.cell} className="font-mono text-sm [grid-area:status]">
        {status}
      </td>
      <td {...ROLES.cell} className="flex min-w-0 gap-2 font-mono text-sm [grid-area:target]">
        <span className="shrink-0 text-ink-faint xl:w-[6ch]">{plainly(method)}</span>
        <a
          id={linkId}
          href={href}
          title={target}
          tabIndex={isTabStop ? 0 : -1}
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            onOpen(decision.id);
          }}
          className="min-w-0 truncate outline-none after:absolute after:inset-0 after:-outline-offset-2 after:content-[''] focus-visible:after:outline-2 focus-visible:after:outline-accent-text"
        >
          <bdi>{target}</bdi>
        </a>
      </td>
      <Name area="[grid-area:route]" name={route} />
      <Name area="[grid-area:policy]" name={policy} />
      <td
        {...ROLES.cell}
        title={who}
        className="truncate font-mono text-ink-soft text-sm [grid-area:who]"
      >
        <bdi>{who}</bdi>
      </td>
      <td
        {...ROLES.cell}
        className="whitespace-nowrap text-right font-mono text-ink-soft text-sm [grid-area:took]"
      >
        {/* A new text where the old one ended elsewhere would be a shift of it. */}
        <span key={duration_ms}>{formatDuration(duration_ms)}</span>
      </td>
    </tr>
  );
});

function Name({ area, name }: { area: string; name: string }) {
  return (
    <td {...ROLES.cell} title={name} className={clsx('truncate text-sm max-xl:hidden', area)}>
      {name === NONE ? <span className="text-ink-faint">none</span> : <bdi>{plainly(name)}</bdi>}
    </td>
  );
}
