import { type Call, parseTarget, problem, type Reply, requestIdOf, type Target } from '../http';

/** Beyond it a target is refused with 414; Node's own bound on all headers is 16 KiB. */
const LONGEST_TARGET = 8_192;

/** @returns undefined for a target that is too long or has no single safe meaning */
export function readTarget(target: string): Target | undefined {
  return target.length > LONGEST_TARGET ? undefined : parseTarget(target);
}

/** The answer to a target that `readTarget` could not read. */
export function refuseTarget(call: Call, target: string): Reply {
  const requestId = requestIdOf(call);
  const fault =
    target.length > LONGEST_TARGET
      ? { status: 414, title: 'URI too long', detail: `Use at most ${LONGEST_TARGET} characters.` }
      : {
          status: 400,
          title: 'Bad request target',
          detail:
            'The path has no single safe meaning; send it without bad escapes or backslashes.',
        };
  return problem(fault, '/', requestId, 'X-Request-Id', requestId);
}
