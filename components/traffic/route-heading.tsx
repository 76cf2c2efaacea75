import type { RateStatus } from '@/lib/gateway';
import { algorithmName } from './algorithm-name';
import { formatPeriod, plural } from './format';
import type { ShownQuote } from './quote';
import { QuoteLine } from './quote-line';
import { TickerPicker } from './ticker-picker';

interface RouteHeadingProps {
  readonly status: RateStatus;
  readonly quote: ShownQuote | undefined;
  readonly ticker: string;
  readonly onTicker: (ticker: string) => void;
}

/** What is limited, by which rule, and what is asked of it. */
export function RouteHeading({ status, quote, ticker, onTicker }: RouteHeadingProps) {
  return (
    <div className="flex flex-wrap items-end justify-between gap-x-10 gap-y-5 pt-8">
      <div>
        <h1 className="font-semibold text-xl tracking-tight">{status.policy}</h1>
        <p className="mt-1 text-ink-soft">
          {plural(status.limit, 'request')} every {formatPeriod(status.window_seconds)} for each IP
          address, {algorithmName(status.algorithm)}
        </p>
      </div>
      <div className="flex flex-wrap items-end gap-x-6 gap-y-3">
        <QuoteLine quote={quote} />
        <TickerPicker ticker={ticker} onTicker={onTicker} />
      </div>
    </div>
  );
}
