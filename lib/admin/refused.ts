import { type Exchange, invalidInput, RefusedError } from '../gateway';
import type { Reply } from '../http';
import { InvalidConfigurationError, RepositoryError } from '../policy';

const RETRY_AFTER_SECONDS = '5';

/** @param what such as `policy ping` */
export function notFound(what: string): RefusedError {
  return new RefusedError({ title: 'Not found', status: 404, detail: `There is no ${what}.` });
}

/** @throws the error when it is none of those that a client can be told of */
export function replyTo(error: unknown, exchange: Exchange): Reply {
  return refusedError(error).reply(exchange);
}

function refusedError(error: unknown): RefusedError {
  if (error instanceof RefusedError) return error;
  if (error instanceof InvalidConfigurationError) return invalidInput(error.faults);
  if (error instanceof RepositoryError) return unavailable(error);
  throw error;
}

function unavailable({ message }: RepositoryError): RefusedError {
  const detail = `The configuration cannot be changed or read at the moment: ${message}`;
  const told = { title: 'Temporarily unavailable', status: 503, detail };
  return new RefusedError(told, 'Retry-After', RETRY_AFTER_SECONDS);
}
