import { clsx } from 'clsx';
import { type KeyboardEvent, type RefObject, useEffect } from 'react';
import { ROLES } from '@/components/ui/table';
import type { Line } from './lines';
import { RequestRow, ROW_LAYOUT } from './request-row';

interface RequestTableProps {
  readonly lines: readonly Line[];
  readonly list: RefObject<HTMLTableSectionElement | null>;
  /** The lines to be rendered. */
  readonly first: number;
  readonly end: number;
  readonly rowPx: number;
  /** The line that keys lead on from, and whether they have just come to it. */
  readonly current: { readonly key: string; readonly wantsFocus: boolean } | undefined;
  readonly onFocused: () => void;
  readonly addressOf: (id: string) => string;
  /** The same from one rendering to the next, as rows are only rendered anew when they change. */
  readonly onOpen: (id: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

const COLUMNS = [
  ['Time', 'time'],
  ['Verdict', 'verdict'],
  ['Status', 'status'],
  ['Request', 'target'],
  ['Route', 'route'],
  ['Policy', 'policy'],
  ['Identity', 'who'],
  ['Took', 'took'],
] as const;

/** Requests line by line. Only those in sight are rendered, each where it belongs. */
export function RequestTable(props: RequestTableProps) {
  const { lines, list, first, end, rowPx, current, onFocused, addressOf, onOpen, onKeyDown } =
    props;
  const rendered = lines.slice(first, end);
  const tabStop =
    rendered.find(({ key }) => key === current?.key)?.key ??
    rendered.find(({ kind }) => kind === 'request')?.key;

  useEffect(() => {
    if (current?.wantsFocus !== true) return;
    const link = document.getElementById(linkIdOf(current.key));
    if (link === null) return;
    link.focus({ preventScroll: true });
    onFocused();
  });

  return (
    <table
      {...ROLES.table}
      aria-label="Requests"
      aria-rowcount={lines.length + 1}
      onKeyDown={onKeyDown}
      className="block w-full text-left"
    >
      <thead {...ROLES.rowgroup} className="block max-xl:sr-only">
        <tr
          {...ROLES.row}
          className={clsx(ROW_LAYOUT, 'border-line border-b py-2 text-ink-faint text-sm')}
        >
          {COLUMNS.map(([name, area]) => (
            <th
              key={area}
              {...ROLES.columnheader}
              scope="col"
              style={{ gridArea: area }}
              className={clsx('font-normal', area === 'took' && 'text-right')}
            >
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody
        ref={list}
        {...ROLES.rowgroup}
        className="relative block"
        style={{ height: lines.length * rowPx }}
      >
        {rendered.map((line, offset) => {
          const index = first + offset;
          // Keyed by place: at hundreds a second, new texts in old rows cost a fraction of new rows.
          if (line.kind === 'note') {
            return <Note key={index} text={line.text} index={index} topPx={index * rowPx} />;
          }
          return (
            <RequestRow
              key={index}
              decision={line.decision}
              index={index}
              topPx={index * rowPx}
              linkId={linkIdOf(line.key)}
              href={addressOf(line.decision.id)}
              isTabStop={line.key === tabStop}
              onOpen={onOpen}
            />
          );
        })}
      </tbody>
    </table>
  );
}

/** What keys move the focus to. */
function linkIdOf(key: string): string {
  return `request ${key}`.replaceAll(/\s+/g, '-');
}

function Note({ text, index, topPx }: { text: string; index: number; topPx: number }) {
  return (
    <tr
      {...ROLES.row}
      aria-rowindex={index + 2}
      style={{ transform: `translateY(${topPx}px)` }}
      className="absolute inset-x-0 top-0 flex h-16 items-center border-line border-b text-ink-faint text-sm contain-strict xl:h-10"
    >
      <td {...ROLES.cell} colSpan={COLUMNS.length}>
        {text}
      </td>
    </tr>
  );
}
