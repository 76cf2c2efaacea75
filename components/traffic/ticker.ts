/** Tickers offered at a click. */
export const TICKERS = ['AAPL', 'MSFT', 'NVDA', 'AMZN', 'TSLA'] as const;

const TICKER = /^[A-Za-z][A-Za-z0-9.-]{0,9}$/;

export const TICKER_RULE = '1-10 letters, digits, dots and hyphens, a letter first';

export function isTicker(text: string): boolean {
  return TICKER.test(text);
}

/** Path and query of a quote's request. */
export function stockPricePath(ticker: string): string {
  return `/api/v1/stock-price?ticker=${encodeURIComponent(ticker)}`;
}
