import { z } from 'zod';
import { jsonText, problem, queryParameter } from '../../http';
import { badInput, jsonAnswer } from '../answers';
import type { Endpoint, Exchange } from '../endpoint';
import { quoteAt } from '../quote';

const TICKER_RULE = 'use 1-10 letters, digits, dots and hyphens, a letter first';
const tickerSchema = z.string().regex(/^[A-Za-z][A-Za-z0-9.-]{0,9}$/, TICKER_RULE);

export const quoteSchema = z
  .object({
    ticker: z.string(),
    price: z.number(),
    currency: z.literal('USD'),
    change: z.number(),
    change_percent: z.number(),
    as_of: z.iso.datetime(),
    simulated: z.literal(true),
  })
  .meta({ id: 'Quote' });

const DEFAULT_TICKER = 'AAPL';

export function stockPriceEndpoint(): Endpoint {
  const bodyOf = createQuoteBodies();
  return {
    path: '/api/v1/stock-price',
    isLimited: true,
    methods: {
      GET: {
        documentation: {
          id: 'getStockPrice',
          summary: 'Quote a stock',
          description: 'A simulated price: the gateway in front of it is the point.',
          tag: 'Demo',
          query: [
            {
              name: 'ticker',
              description: `Upper or lower case; ${DEFAULT_TICKER} when absent.`,
              schema: tickerSchema.default(DEFAULT_TICKER),
            },
          ],
          answers: { 200: jsonAnswer('The quote.', quoteSchema), 400: badInput },
        },
        handle(exchange) {
          const ticker = queryParameter(exchange.call.query, 'ticker') ?? DEFAULT_TICKER;
          const body = bodyOf(ticker);
          return body === undefined ? badTicker(exchange) : jsonText(200, body);
        },
      },
    },
  };
}

/** A price holds for a second, so each spelling of a ticker is validated and quoted once a second. */
function createQuoteBodies(): (ticker: string) => string | undefined {
  let second = 0;
  const bodies = new Map<string, string>();
  return (ticker) => {
    const now = Math.floor(Date.now() / 1_000);
    if (now !== second) {
      bodies.clear();
      second = now;
    }
    const known = bodies.get(ticker);
    if (known !== undefined || !tickerSchema.safeParse(ticker).success) return known;
    const body = JSON.stringify(quoteAt(ticker.toUpperCase(), now));
    bodies.set(ticker, body);
    return body;
  };
}

function badTicker({ call, requestId }: Exchange) {
  const errors = [{ path: 'query.ticker', message: TICKER_RULE }];
  const detail = 'The ticker is not valid; a valid one looks like AAPL.';
  return problem({ title: 'Bad input', status: 400, detail, errors }, call.path, requestId);
}
