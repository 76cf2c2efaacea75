'use client';

import { clsx } from 'clsx';
import { useState } from 'react';
import { ShowAllButton } from '@/components/admin/show-all-button';
import { formatCount } from '@/components/traffic/format';
import { countWords, latencyWords } from './figures';
import type { Share } from './report';
import { byVerdict, countOf } from './shares';
import type { FilterName, View } from './view';
import { ViewLink } from './view-link';
import { shareName } from './words';

const SHOWN = 6;

interface ShareListProps {
  readonly title: string;
  readonly kind: FilterName;
  readonly shares: readonly Share[];
  readonly view: View;
  readonly onShow: (view: View) => void;
}

/** Who had most of the traffic; a click narrows the page down to it, another one takes that back. */
export function ShareList({ title, kind, shares, view, onShow }: ShareListProps) {
  const [showsAll, setShowsAll] = useState(false);
  const sorted = byVerdict(shares, view.verdict);
  const most = Math.max(1, ...sorted.map((share) => countOf(share, view.verdict)));
  return (
    <section aria-label={title} className="min-w-0">
      <h2 className="mb-1 font-semibold">{title}</h2>
      <ul className="border-line border-t">
        {sorted.slice(0, showsAll ? sorted.length : SHOWN).map((share) => (
          <li key={share.name} className="border-line border-b">
            <ShareRow kind={kind} share={share} most={most} view={view} onShow={onShow} />
          </li>
        ))}
        {sorted.length === 0 && <li className="py-3 text-ink-faint text-sm">None yet.</li>}
      </ul>
      {sorted.length > SHOWN && (
        <ShowAllButton
          showsAll={showsAll}
          what={`${formatCount(sorted.length)}`}
          onToggle={() => setShowsAll(!showsAll)}
        />
      )}
    </section>
  );
}

interface ShareRowProps {
  readonly kind: FilterName;
  readonly share: Share;
  /** What fills the bar. */
  readonly most: number;
  readonly view: View;
  readonly onShow: (view: View) => void;
}

function ShareRow({ kind, share, most, view, onShow }: ShareRowProps) {
  const { name, allowed, denied, errors, p95_ms } = share;
  const isChosen = view[kind] === name;
  const isOnly = (verdict: View['verdict']) =>
    view.verdict === undefined || view.verdict === verdict;
  return (
    <ViewLink
      to={{ ...view, [kind]: isChosen ? undefined : name }}
      onShow={onShow}
      aria-current={isChosen ? 'true' : undefined}
      className={clsx('block rounded-sm px-1 py-2 hover:bg-raised', isChosen && 'bg-raised')}
    >
      <span className="flex items-baseline justify-between gap-4">
        <span className={clsx('truncate', isChosen && 'font-semibold')} title={name}>
          {shareName(kind, name)}
        </span>
        <span className="font-mono font-semibold text-sm">
          {countWords(countOf(share, view.verdict))}
        </span>
      </span>
      <svg
        viewBox="0 0 100 4"
        preserveAspectRatio="none"
        aria-hidden="true"
        className="my-1 h-1.5 w-full"
      >
        <rect width="100" height="4" className="fill-raised" />
        <Bars
          most={most}
          counts={[
            isOnly('allowed') ? allowed : 0,
            isOnly('denied') ? denied : 0,
            isOnly('error') ? errors : 0,
          ]}
        />
      </svg>
      <span className="flex justify-between gap-3 whitespace-nowrap text-ink-faint text-sm">
        <span className="flex gap-x-3">
          <Count mark="✓" word="allowed" count={allowed} tone="text-allowed-text" />
          <Count mark="✕" word="denied" count={denied} tone="text-denied-text" />
          <Count mark="!" word="errors" count={errors} tone="text-degraded-text" />
        </span>
        <span>p95 {latencyWords(p95_ms)}</span>
      </span>
    </ViewLink>
  );
}

const FILLS = ['fill-allowed', 'fill-denied', 'fill-degraded'] as const;

function Bars({ counts, most }: { counts: readonly number[]; most: number }) {
  return counts.map((count, index) => {
    const before = counts.slice(0, index).reduce((sum, other) => sum + other, 0);
    return (
      <rect
        key={FILLS[index]}
        x={(100 * before) / most}
        width={(100 * count) / most}
        height="4"
        className={FILLS[index]}
      />
    );
  });
}

interface CountProps {
  readonly mark: string;
  readonly word: string;
  readonly count: number;
  readonly tone: string;
}

/** Nothing is said of what there was none of. */
function Count({ mark, word, count, tone }: CountProps) {
  if (count === 0) return null;
  return (
    <span className={tone}>
      <span aria-hidden="true">{mark}</span> {countWords(count)}
      <span className="sr-only"> {word}</span>
    </span>
  );
}
