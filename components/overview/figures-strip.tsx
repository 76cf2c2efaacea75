import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import { countWords, type Figures, latencyWords, rateWords, shareWords } from './figures';
import type { View } from './view';
import { ViewLink } from './view-link';

interface FiguresStripProps {
  readonly figures: Figures;
  /** Requests of the last second that passed; undefined: the view is not of now. */
  readonly now: number | undefined;
  /** Of which time: `the last 15 minutes`. */
  readonly time: string;
  readonly view: View;
  readonly onShow: (view: View) => void;
}

/** The numbers of a view, each with its unit and a plain word. */
export function FiguresStrip({ figures, now, time, view, onShow }: FiguresStripProps) {
  const { allowed, denied, errors, shares, success, mean, latency } = figures;
  const toggled = (verdict: View['verdict']) => ({
    ...view,
    verdict: view.verdict === verdict ? undefined : verdict,
  });
  const choice = (verdict: View['verdict']) => ({
    to: toggled(verdict),
    onShow,
    isChosen: view.verdict === verdict,
  });
  return (
    <section aria-label={`Numbers of ${time}`} className="border-line border-t py-5">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-5 sm:grid-cols-4 xl:grid-cols-8">
        <Figure
          term="Requests/s"
          note={now === undefined ? 'mean' : `now; mean ${rateWords(mean)}`}
        >
          {rateWords(now ?? mean)}
        </Figure>
        <Figure
          term="Allowed"
          tone="text-allowed-text"
          note={ofAll(shares.allowed)}
          choice={choice('allowed')}
        >
          {countWords(allowed)}
        </Figure>
        <Figure
          term="Denied"
          tone="text-denied-text"
          note={ofAll(shares.denied)}
          choice={choice('denied')}
        >
          {countWords(denied)}
        </Figure>
        <Figure
          term="Errors"
          tone={errors > 0 ? 'text-degraded-text' : 'text-ink'}
          note={ofAll(shares.errors)}
          choice={choice('error')}
        >
          {countWords(errors)}
        </Figure>
        <Figure term="Success rate" note="of those let in">
          {shareWords(success)}
        </Figure>
        <Figure term="Latency p50" note="half are quicker">
          {latencyWords(latency.p50)}
        </Figure>
        <Figure term="Latency p95" note="19 of 20 are quicker">
          {latencyWords(latency.p95)}
        </Figure>
        <Figure term="Latency p99" note="99 of 100 are quicker">
          {latencyWords(latency.p99)}
        </Figure>
      </dl>
    </section>
  );
}

function ofAll(share: number | undefined): string {
  return share === undefined ? 'no requests' : `${shareWords(share)} of all`;
}

interface FigureProps {
  readonly term: string;
  readonly tone?: string;
  readonly note: string;
  readonly choice?: {
    readonly to: View;
    readonly onShow: (view: View) => void;
    readonly isChosen: boolean;
  };
  readonly children: ReactNode;
}

function Figure({ term, tone = 'text-ink', note, choice, children }: FigureProps) {
  return (
    <div className="relative min-w-0">
      <dt className="text-ink-faint text-sm">
        {choice === undefined ? (
          term
        ) : (
          <ViewLink
            to={choice.to}
            onShow={choice.onShow}
            aria-current={choice.isChosen ? 'true' : undefined}
            className={clsx(
              'underline decoration-edge underline-offset-4 after:absolute after:inset-0 hover:decoration-current',
              choice.isChosen && 'font-semibold text-ink',
            )}
          >
            {term}
          </ViewLink>
        )}
      </dt>
      <dd>
        <span className={`block truncate font-mono font-semibold text-lg ${tone}`}>{children}</span>
        <span className="block truncate text-ink-faint text-sm">{note}</span>
      </dd>
    </div>
  );
}
