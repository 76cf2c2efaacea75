import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { pointLabel } from '@/components/charts/scale';
import { FILTERS, type Span, type View } from './view';
import { ViewLink } from './view-link';
import { shareName } from './words';

interface FilterRowProps {
  readonly view: View;
  readonly onShow: (view: View) => void;
  /** How present it is. */
  readonly children: ReactNode;
}

/** What the page is narrowed down to, each to be taken back; as high without any. */
export function FilterRow({ view, onShow, children }: FilterRowProps) {
  const { span, verdict } = view;
  const names = FILTERS.filter((name) => view[name] !== undefined);
  const isNarrow = names.length > 0 || span !== undefined || verdict !== undefined;
  return (
    <div className="flex min-h-11 flex-wrap items-center justify-between gap-x-6 gap-y-2 text-sm">
      {isNarrow ? (
        <ul aria-label="Filters" className="flex min-w-0 flex-wrap gap-2">
          {span !== undefined && (
            <Chip
              word="Time"
              value={spanWords(span)}
              without={{ ...view, span: undefined }}
              onShow={onShow}
            />
          )}
          {names.map((name) => (
            <Chip
              key={name}
              word={name}
              value={shareName(name, view[name] ?? '')}
              without={{ ...view, [name]: undefined }}
              onShow={onShow}
            />
          ))}
          {verdict !== undefined && (
            <Chip
              word="only"
              value={verdict === 'error' ? 'errors' : verdict}
              without={{ ...view, verdict: undefined }}
              onShow={onShow}
            />
          )}
        </ul>
      ) : (
        <p className="text-ink-faint">
          All traffic
          <span className="max-sm:hidden">. Click a number or a name to narrow it down.</span>
        </p>
      )}
      {children}
    </div>
  );
}

interface ChipProps {
  readonly word: string;
  readonly value: string;
  readonly without: View;
  readonly onShow: (view: View) => void;
}

function Chip({ word, value, without, onShow }: ChipProps) {
  return (
    <li className="min-w-0">
      <ViewLink
        to={without}
        onShow={onShow}
        aria-label={`Remove filter: ${word} ${value}`}
        className="flex h-9 min-w-0 max-w-80 items-center gap-2 rounded-full border border-edge bg-panel pr-2.5 pl-3.5 hover:bg-raised"
      >
        <span className="text-ink-faint first-letter:uppercase">{word}</span>
        <span className="truncate font-semibold" title={value}>
          {value}
        </span>
        <X className="size-4 shrink-0 text-ink-soft" aria-hidden="true" />
      </ViewLink>
    </li>
  );
}

function spanWords({ from, to }: Span): string {
  const length = to - from;
  const step = length <= 3_600 && (from % 60 !== 0 || to % 60 !== 0) ? 1 : 60;
  return `${pointLabel(from, step, Number.POSITIVE_INFINITY)} – ${pointLabel(to, step, length)}`;
}
