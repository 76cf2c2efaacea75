import type { Block } from './block';
import { formatDuration, plural } from './format';

const WORDS = {
  allowed: 'allowed',
  denied: 'denied',
  degraded: 'allowed uncounted',
  error: 'failed',
};

/** A block in words: `Request 6: denied, 429, 3 ms, retry after 4 s`. */
export function describeBlock({ id, answer, isQueued }: Block): string {
  if (answer === null) return `Request ${id}: ${isQueued ? 'queued' : 'pending'}`;
  const parts = [WORDS[answer.outcome]];
  if (answer.status !== 0) parts.push(String(answer.status));
  parts.push(formatDuration(answer.latencyMs));
  if (answer.outcome === 'allowed' && answer.remaining !== null) {
    parts.push(`${answer.remaining} remaining`);
  }
  if (answer.retryAfterSeconds !== null) parts.push(`retry after ${answer.retryAfterSeconds} s`);
  return `Request ${id}: ${parts.join(', ')}`;
}

/** One sentence for all that was answered since the last: `8 requests: 5 allowed, 3 denied`. */
export function announce(blocks: readonly Block[]): string {
  const [first, ...others] = blocks;
  if (first === undefined) return '';
  if (others.length === 0) return describeBlock(first);
  const counts = Object.entries(WORDS).flatMap(([outcome, word]) => {
    const count = blocks.filter(({ answer }) => answer?.outcome === outcome).length;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  return `${plural(blocks.length, 'request')}: ${counts.join(', ')}`;
}
