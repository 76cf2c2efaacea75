import type { RateStatus } from '@/lib/gateway';
import type { Answer, Block } from './block';
import { formatPeriod, plural } from './format';

/** Why a request got its answer, in words. */
export function reasonFor({ answer }: Block, status: RateStatus): string {
  if (answer === null) return 'No answer has come yet.';
  const quota = `${plural(answer.limit ?? status.limit, 'request')} every ${formatPeriod(status.window_seconds)}`;
  switch (answer.outcome) {
    case 'allowed': {
      if (answer.limit === null || answer.remaining === null) return 'It was allowed.';
      const place = answer.limit - answer.remaining;
      return `It was number ${place} of ${answer.limit} in its window, so ${status.policy} let it through. ${answer.remaining} left until the window ends.`;
    }
    case 'denied':
      return `${status.identifier} had already used all of its ${quota}, so ${status.policy} refused it${deciderPhrase(answer.decidedBy)}. A refused request costs nothing; the next one is allowed ${answer.retryAfterSeconds ?? status.window_seconds} s later.`;
    case 'degraded':
      return `The store did not answer in time. ${status.policy} fails open: the request passed, and nobody counted it.`;
    case 'error':
      return answer.status === 0
        ? `No answer came: ${answer.failure ?? 'the connection failed'}. Whether it was counted is not known.`
        : `The server answered ${answer.status}, which is neither yes nor no from the limiter. The body says more.`;
  }
}

function deciderPhrase(decider: Answer['decidedBy']): string {
  switch (decider) {
    case 'deny-cache':
      return ' from its deny cache, without asking the store: once a window is full it stays full until it ends';
    case 'local':
      return ' by this replica’s own share, since the store is unreachable';
    default:
      return '';
  }
}
