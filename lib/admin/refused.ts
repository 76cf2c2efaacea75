import type { Exchange } from '../gateway';
import { type Problem, problem, type Reply } from '../http';
import { type ConfigurationFault, InvalidConfigurationError, RepositoryError } from '../policy';

const RETRY_AFTER_SECONDS = '5';

/** A request that ends here: the problem to answer with, wherever in its handling that is found. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  /** Name, value, name, value … */
  readonly headers: readonly string[];

  constructor(
    readonly problem: Problem,
    ...headers: string[]
  ) {
    super(problem.detail);
    this.headers = headers;
  }
}

export function badInput(errors: readonly ConfigurationFault[]): RefusedError {
  const [first] = errors;
  const where = first === undefined || first.path === '' ? '' : `${first.path}: `;
  const detail = `The input is not valid. ${where}${first?.message ?? ''}`;
  return new RefusedError({ title: 'Bad input', status: 400, detail, errors });
}

/** @param what such as `policy ping` */
export function notFound(what: string): RefusedError {
  return new RefusedError({ title: 'Not found', status: 404, detail: `There is no ${what}.` });
}

/** @throws the error when it is none of those that a client can be told of */
export function replyTo(error: unknown, { call, requestId }: Exchange): Reply {
  const { problem: told, headers } = refusedError(error);
  return problem(told, call.path, requestId, ...headers);
}

function refusedError(error: unknown): RefusedError {
  if (error instanceof RefusedError) return error;
  if (error instanceof InvalidConfigurationError) return badInput(error.faults);
  if (error instanceof RepositoryError) return unavailable(error);
  throw error;
}

function unavailable({ message }: RepositoryError): RefusedError {
  const detail = `The configuration cannot be changed or read at the moment: ${message}`;
  const told = { title: 'Temporarily unavailable', status: 503, detail };
  return new RefusedError(told, 'Retry-After', RETRY_AFTER_SECONDS);
}
