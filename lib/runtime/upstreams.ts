import type { Config } from '../config';
import type { Logger } from '../telemetry';
import {
  createRedisBreakerSharing,
  createUpstreams,
  type UpstreamEvent,
  type Upstreams,
  type UpstreamsOptions,
} from '../upstream';

/** Opens the upstreams, with breakers that replicas share where they have a Redis. */
export function openUpstreams(
  config: Config,
  logger: Logger,
  onAttempt: NonNullable<UpstreamsOptions['onAttempt']>,
): Upstreams {
  const sharing =
    config.REDIS_URL === undefined
      ? undefined
      : createRedisBreakerSharing({ url: config.REDIS_URL });
  return createUpstreams({
    sharing,
    onChange: (event) => logUpstreamEvent(logger, event),
    onAttempt,
  });
}

function logUpstreamEvent(logger: Logger, { kind, forMs, ...event }: UpstreamEvent): void {
  const isGood = ['closed', 'healthy', 'returned'].includes(event.state);
  const message = kind === 'breaker' ? `breaker ${event.state}` : `target ${event.state}`;
  const told = { ...event, ...(forMs !== undefined && { for_ms: Math.round(forMs) }) };
  if (isGood) logger.info(told, message);
  else logger.warn(told, message);
}
