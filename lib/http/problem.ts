import { type Reply, text } from './message';

/** An RFC 9457 problem. Members beyond the standard ones are extensions, in snake_case. */
export interface Problem {
  readonly status: number;
  readonly title: string;
  /** What went wrong here and how to mend it. */
  readonly detail: string;
  /** Absent for problems that say no more than their status. */
  readonly type?: string;
  readonly [extension: string]: unknown;
}

/** Problem types of draft-ietf-httpapi-ratelimit-headers. */
export const PROBLEM_TYPES = {
  quotaExceeded: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
  temporaryReducedCapacity:
    'https://iana.org/assignments/http-problem-types#temporary-reduced-capacity',
} as const;

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/**
 * @param instance path of the request
 * @param requestId for the support desk
 */
export function problem(
  { type = 'about:blank', title, status, detail, ...extensions }: Problem,
  instance: string,
  requestId: string,
  ...headers: string[]
): Reply {
  const body = { type, title, status, detail, instance, request_id: requestId, ...extensions };
  return text(status, PROBLEM_MEDIA_TYPE, JSON.stringify(body), ...headers);
}
