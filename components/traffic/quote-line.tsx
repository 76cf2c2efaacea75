import { clsx } from 'clsx';
import type { ShownQuote } from './quote';

const price = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const change = new Intl.NumberFormat('en-US', {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
  signDisplay: 'exceptZero',
});

/** The last quote that came back; a refused request leaves it standing. Its room is there before it is. */
export function QuoteLine({ quote }: { quote: ShownQuote | undefined }) {
  return (
    <p className="flex h-11 items-center gap-2 font-mono sm:w-80 xl:justify-end">
      {quote === undefined ? (
        <span className="text-ink-faint text-sm">No quote yet</span>
      ) : (
        <>
          <span className="text-ink-soft text-sm">{quote.ticker}</span>
          <span className="font-semibold text-lg">{price.format(quote.price)}</span>
          <span
            className={clsx('text-sm', quote.change < 0 ? 'text-denied-text' : 'text-allowed-text')}
          >
            {quote.change < 0 ? '▼' : '▲'} {change.format(quote.change)} (
            {change.format(quote.change_percent)} %)
          </span>
        </>
      )}
    </p>
  );
}
