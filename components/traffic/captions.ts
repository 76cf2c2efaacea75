import type { Block } from './block';
import { formatCount, formatDuration } from './format';

/** What a block says of itself below its number, in a few characters: `200 3ms`, then `4 left`. */
export function captionsOf({ answer, isQueued }: Block): readonly [top: string, bottom: string] {
  if (answer === null) return ['', isQueued ? 'queued' : ''];
  const latency = formatDuration(answer.latencyMs).replace(' ', '');
  const top = answer.status === 0 ? latency : `${answer.status} ${latency}`;
  switch (answer.outcome) {
    case 'allowed':
      return [top, answer.remaining === null ? '' : `${formatCount(answer.remaining)} left`];
    case 'denied':
      return [top, answer.retryAfterSeconds === null ? '' : `wait ${answer.retryAfterSeconds}s`];
    case 'degraded':
      return [top, 'free'];
    case 'error':
      return [top, 'failed'];
  }
}
