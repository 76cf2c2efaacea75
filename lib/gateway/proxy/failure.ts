import { ceilSeconds, PROBLEM_TYPES, type Problem } from '../../http';
import type { AttemptFailure, Unavailable } from '../../upstream';

/** Why a request could not be forwarded. */
export interface Failure {
  readonly problem: Problem;
  /** Error type of Proxy-Status (RFC 9209 §2.3). */
  readonly proxyError: string;
  readonly retryAfterSeconds?: number;
  /** What it says about the target; undefined: nothing. */
  readonly attempt?: AttemptFailure;
  /** Whether the client brought it about: nothing that is kept stands in. */
  readonly isClients?: true;
}

const BAD_GATEWAY = { status: 502, title: 'Bad gateway' };
const GATEWAY_TIMEOUT = { status: 504, title: 'Gateway timeout' };

const CONNECT = {
  ...BAD_GATEWAY,
  detail: 'The service behind this path could not be reached; try again shortly.',
};
const BROKEN = {
  ...BAD_GATEWAY,
  detail: 'The service behind this path broke off before it had answered.',
};
const INVALID = {
  ...BAD_GATEWAY,
  detail: 'The service behind this path gave an answer that is no valid HTTP.',
};

export const TOO_SLOW: Failure = {
  problem: {
    ...GATEWAY_TIMEOUT,
    detail: 'The service behind this path did not answer in time; try again later.',
  },
  proxyError: 'http_response_timeout',
  attempt: 'timeout',
};

/** It waited for a connection for as long as it may wait for an answer. */
export const NEVER_SENT: Failure = {
  problem: TOO_SLOW.problem,
  proxyError: 'connection_timeout',
};

const CONNECT_TIMEOUT: Failure = {
  problem: {
    ...GATEWAY_TIMEOUT,
    detail: 'The service behind this path could not be reached in time; try again shortly.',
  },
  proxyError: 'connection_timeout',
  attempt: 'connect',
};

/** The client's own doing. */
export const BODY_TOO_LONG: Failure = {
  problem: {
    status: 413,
    title: 'Content too large',
    detail: 'The body is longer than this path takes.',
  },
  proxyError: 'http_request_denied',
  isClients: true,
};

export const BODY_TOO_SLOW: Failure = {
  problem: {
    status: 408,
    title: 'Request timeout',
    detail: 'The body came too slowly; send at least 500 bytes per second.',
  },
  proxyError: 'http_request_error',
  isClients: true,
};

/** What an error of an attempt means; one of an answer that began is not told to the client. */
export function failureOf(error: unknown): Failure {
  const code = codeOf(error);
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return CONNECT_TIMEOUT;
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return TOO_SLOW;
  if (/^(?:ENOTFOUND|EAI_)/.test(code)) return failure(CONNECT, 'dns_error', 'connect');
  if (code === 'ECONNREFUSED') return failure(CONNECT, 'connection_refused', 'connect');
  if (/^(?:EHOST|ENET|EADDR|ETIMEDOUT|EMFILE|ENFILE)/.test(code))
    return failure(CONNECT, 'destination_ip_unroutable', 'connect');
  if (/CERT|VERIFY|^ERR_TLS/.test(code))
    return failure(CONNECT, 'tls_certificate_error', 'connect');
  if (/SSL|EPROTO/.test(code)) return failure(CONNECT, 'tls_protocol_error', 'connect');
  if (/^HPE_|HEADERS_OVERFLOW|CONTENT_LENGTH/.test(code))
    return failure(INVALID, 'http_protocol_error', 'broken');
  return failure(BROKEN, 'connection_terminated', 'broken');
}

/** The answer of an upstream that HTTP does not allow, or that cannot be passed on as it is. */
export const NO_VALID_ANSWER = failure(INVALID, 'http_protocol_error', 'broken');

const UNAVAILABLE: { readonly [R in Unavailable['reason']]: readonly [string, string] } = {
  open: [
    'destination_unavailable',
    'The service behind this path is failing, and requests are held back until it recovers.',
  ],
  'no-target': [
    'destination_unavailable',
    'The service behind this path is not healthy at the moment.',
  ],
  overflow: [
    'connection_limit_reached',
    'The service behind this path has more requests than it can take at the moment.',
  ],
};

/** Why nothing was tried. */
export function unavailable({ reason, retryAfterMs }: Unavailable): Failure {
  const [proxyError, detail] = UNAVAILABLE[reason];
  return {
    problem: {
      type: PROBLEM_TYPES.temporaryReducedCapacity,
      title: 'Temporarily unavailable',
      status: 503,
      detail,
    },
    proxyError,
    retryAfterSeconds: Math.max(1, ceilSeconds(retryAfterMs)),
  };
}

function failure(problem: Problem, proxyError: string, attempt: AttemptFailure): Failure {
  return { problem, proxyError, attempt };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
