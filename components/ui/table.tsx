import { clsx } from 'clsx';
import Link from 'next/link';
import type { ReactNode } from 'react';

/** Said again because a layout with its own `display` takes them from the elements. */
export const ROLES = {
  table: { role: 'table' },
  rowgroup: { role: 'rowgroup' },
  row: { role: 'row' },
  columnheader: { role: 'columnheader' },
  cell: { role: 'cell' },
} as const;

interface TableProps {
  readonly label: string;
  readonly columns: readonly string[];
  /** What the last column is called, where only screen readers need to be told. */
  readonly lastColumn?: string;
  readonly children: ReactNode;
}

/** Rows and columns where there is room; on a phone each row is a small list of its own. */
export function Table({ label, columns, lastColumn, children }: TableProps) {
  return (
    <table {...ROLES.table} aria-label={label} className="w-full border-line border-t max-md:block">
      <thead {...ROLES.rowgroup} className="max-md:sr-only">
        <tr {...ROLES.row} className="border-line border-b text-ink-faint text-sm">
          {columns.map((column) => (
            <th
              key={column}
              {...ROLES.columnheader}
              scope="col"
              className="py-2 pr-6 text-left font-normal last:pr-0"
            >
              {column}
            </th>
          ))}
          {lastColumn !== undefined && (
            <th {...ROLES.columnheader} scope="col">
              <span className="sr-only">{lastColumn}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody {...ROLES.rowgroup} className="max-md:block">
        {children}
      </tbody>
    </table>
  );
}

/** A row; with a `RowLink` in it the whole of it can be clicked. */
export function Row({ children }: { children: ReactNode }) {
  return (
    <tr
      {...ROLES.row}
      className="relative border-line border-b align-top has-[a[data-row]]:hover:bg-raised max-md:block max-md:py-3"
    >
      {children}
    </tr>
  );
}

interface CellProps {
  /** What the column is called, for a phone. */
  readonly label?: string;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Cell({ label, className, children }: CellProps) {
  return (
    <td
      {...ROLES.cell}
      className={clsx(
        'py-3 pr-6 last:pr-0 max-md:flex max-md:gap-3 max-md:py-0.5 max-md:pr-0',
        className,
      )}
    >
      {label !== undefined && (
        <span className="w-24 shrink-0 font-sans text-ink-faint text-sm md:hidden">{label}</span>
      )}
      <div className="min-w-0">{children}</div>
    </td>
  );
}

/** What a row is about, and the way to it. */
export function RowLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link
      href={href}
      data-row
      className="wrap-anywhere font-semibold after:absolute after:inset-0 after:content-['']"
    >
      {children}
    </Link>
  );
}
