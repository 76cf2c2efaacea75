import type { Logger } from '../log';

/** Tells of spans that do not arrive: once when it begins and ends, and once a minute how many. */
export interface DeliveryLog {
  delivered(): void;
  failed(spans: number, error: Error | undefined): void;
  /** A span found no place in the queue. */
  dropped(): void;
  close(): void;
}

const TELL_MS = 60_000;
const LONGEST_REASON = 200;

/** @param endpoint where spans go; what in it is secret is not told */
export function createDeliveryLog(logger: Logger, endpoint: string): DeliveryLog {
  const { origin, pathname } = new URL(endpoint);
  const collector = origin + pathname;
  let isFailing = false;
  let lost = 0;

  function tellLost(): void {
    if (lost === 0) return;
    logger.warn({ spans: lost, collector }, 'spans were dropped');
    lost = 0;
  }

  const timer = setInterval(tellLost, TELL_MS).unref();

  return {
    delivered() {
      if (!isFailing) return;
      isFailing = false;
      logger.info({ collector }, 'spans are delivered again');
    },
    failed(spans, error) {
      lost += spans;
      if (isFailing) return;
      isFailing = true;
      logger.warn({ collector, reason: reasonOf(error) }, 'spans can not be delivered');
    },
    dropped() {
      lost += 1;
    },
    close() {
      clearInterval(timer);
      tellLost();
    },
  };
}

/** The collector's words are bounded; its status, where it answered, tells most. */
function reasonOf(error: Error | undefined): string {
  if (error === undefined) return 'unknown';
  const status = 'code' in error && typeof error.code === 'number' ? `${error.code} ` : '';
  return (status + error.message).slice(0, LONGEST_REASON);
}
