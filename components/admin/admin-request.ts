import { endSession } from '@/components/session/session-state';
import { AdminError, errorOf } from './admin-error';

/** Longest wait for an answer, ms. */
const TIMEOUT_MS = 10_000;
const BASE = '/api/v1/admin';

interface AdminRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  /** The version that was seen; a change is refused when others changed the same since. */
  readonly version?: number | undefined;
  /** Why, for the history. */
  readonly comment?: string;
  readonly signal?: AbortSignal;
}

/**
 * Asks the admin API.
 * @param path below `/api/v1/admin`, such as `/policies`
 * @throws AdminError for every answer that is no success, and for none
 */
export async function adminRequest<T>(path: string, request: AdminRequest = {}): Promise<T> {
  const { method = 'GET', body, version, comment = '', signal } = request;
  const query = comment === '' ? '' : `?${new URLSearchParams({ comment })}`;
  const deadline = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(`${BASE}${path}${query}`, {
    method,
    cache: 'no-store',
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(version !== undefined && { 'if-match': `"${version}"` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new AdminError('Floodgate does not answer. Try again in a moment.');
  });
  const answer = await readJson(response);
  if (response.ok) return answer as T;
  // A wrong token is the sign-in form's own affair.
  if (response.status === 401 && path !== '/session') endSession();
  throw errorOf(
    response.status,
    isObject(answer) ? answer : {},
    response.headers.get('retry-after'),
  );
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    throw new AdminError(`The server answered ${response.status} with something unreadable.`, {
      status: response.status,
    });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
