import {
  type Call,
  isHost,
  parseTarget,
  problem,
  type Reply,
  requestIdOf,
  type Target,
} from '../http';

/** Beyond it a target is refused with 414; Node's own bound on all headers is 16 KiB. */
const LONGEST_TARGET = 8_192;

/** @returns undefined for a target that is too long or has no single safe meaning */
export function readTarget(target: string): Target | undefined {
  return target.length > LONGEST_TARGET ? undefined : parseTarget(target);
}

/** The last Host that was found to be one: nearly every request has the same. */
let knownHost = '';

/**
 * Whether a request says in one way which host it is for. HTTP/1.0 may leave Host out, and a Host that
 * is given twice arrives as a list, which is none.
 */
export function namesOneHost(host: string | undefined, httpVersionMinor: number): boolean {
  if (host === undefined) return httpVersionMinor === 0;
  if (host === knownHost || host === '') return true;
  if (!isHost(host)) return false;
  knownHost = host;
  return true;
}

/** The answer to a request that does not. */
export function refuseHost(call: Call): Reply {
  const requestId = requestIdOf(call);
  const detail = 'Send one Host field with the name of one host.';
  return problem(
    { status: 400, title: 'Bad host', detail },
    '/',
    requestId,
    'X-Request-Id',
    requestId,
  );
}

/** The answer to an Expect field that asks for something else than `100-continue`. */
export function refuseExpectation(call: Call): Reply {
  const requestId = requestIdOf(call);
  const detail = 'Expect nothing but 100-continue.';
  const fault = { status: 417, title: 'Expectation failed', detail };
  return problem(fault, '/', requestId, 'X-Request-Id', requestId);
}

/** The answer to a request of another version of HTTP; the connection ends with it. */
export function refuseVersion(call: Call): Reply {
  const requestId = requestIdOf(call);
  const detail = 'Use HTTP/1.1 or HTTP/1.0.';
  const fault = { status: 505, title: 'HTTP version not supported', detail };
  return problem(fault, '/', requestId, 'X-Request-Id', requestId, 'Connection', 'close');
}

/** The answer to a request that wants to change protocols and has a body as well. */
export function refuseUpgrade(call: Call): Reply {
  const requestId = requestIdOf(call);
  const detail = 'Send no body with an Upgrade field.';
  const fault = { status: 400, title: 'Bad request', detail };
  return problem(fault, call.path, requestId, 'X-Request-Id', requestId);
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
