import { type Problem, problem, type Reply } from '../http';
import type { ConfigurationFault } from '../policy';
import type { Exchange } from './endpoint';

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

  reply({ call, requestId }: Exchange): Reply {
    return problem(this.problem, call.path, requestId, ...this.headers);
  }
}

/** @param errors each with the path of what is wrong; an empty one for the whole */
export function invalidInput(errors: readonly ConfigurationFault[]): RefusedError {
  const [first] = errors;
  const where = first === undefined || first.path === '' ? '' : `${first.path}: `;
  const detail = `The input is not valid. ${where}${first?.message ?? ''}`;
  return new RefusedError({ title: 'Bad input', status: 400, detail, errors });
}
