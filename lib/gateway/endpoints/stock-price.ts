import { z } from 'zod';
import { json, problem, queryParameter } from '../../http';
import type { RatePolicy } from '../../limiter';
import { badInput, jsonAnswer } from '../answers';
import type { Endpoint, Exchange } from '../endpoint';
import { quoteAt } from '../quote';

const tickerSchema = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9.-]{0,9}$/,
    'use 1-10 letters, digits, dots and hyphens, a letter first',
  );

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

export function stockPriceEndpoint(policy: RatePolicy): Endpoint {
  return {
    path: '/api/v1/stock-price',
    policy,
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
        handle,
      },
    },
  };
}

function handle({ call, requestId }: Exchange) {
  const ticker = tickerSchema.safeParse(queryParameter(call.query, 'ticker') ?? DEFAULT_TICKER);
  if (ticker.success) {
    return json(200, quoteAt(ticker.data.toUpperCase(), Math.floor(Date.now() / 1_000)));
  }
  const errors = ticker.error.issues.map(({ message }) => ({ path: 'query.ticker', message }));
  const detail = 'The ticker is not valid; a valid one looks like AAPL.';
  return problem({ title: 'Bad input', status: 400, detail, errors }, call.path, requestId);
}
