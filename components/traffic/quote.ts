import type { Quote } from '@/lib/gateway';
import { parseObject } from './answer';
import type { Answer } from './block';

export type ShownQuote = Pick<Quote, 'ticker' | 'price' | 'change' | 'change_percent'>;

/** The quote in an answer's body, when it holds one. */
export function quoteIn(answer: Answer): ShownQuote | undefined {
  const { ticker, price, change, change_percent } = parseObject(answer.body) ?? {};
  if (answer.status !== 200 || typeof ticker !== 'string') return undefined;
  return typeof price === 'number' &&
    typeof change === 'number' &&
    typeof change_percent === 'number'
    ? { ticker, price, change, change_percent }
    : undefined;
}
