import { z } from 'zod';
import { type Call, gatherText } from '../http';
import type { Attempt, LiveUpstream, Target } from '../upstream';
import { type Failure, failureOf, TOO_SLOW, unavailable } from './proxy/failure';

/** What an upstream is asked for. */
export interface Question {
  readonly path: string;
  readonly requestId: string;
  readonly call: Call;
}

const LARGEST_ANSWER = 1_048_576;
/** Of one attempt, where the upstream has no bound of its own. */
const LONGEST_MS = 30_000;
const objectSchema = z.looseObject({});

const UNUSABLE: Failure = {
  problem: {
    status: 502,
    title: 'Bad gateway',
    detail: 'The service behind this path answered, but with no JSON object of at most 1 MiB.',
  },
  proxyError: 'http_protocol_error',
};

/**
 * Asks an upstream by GET for a JSON object of at most 1 MiB, again at another target while its
 * retries allow.
 * @returns the object as it is written
 */
export async function askForJson(
  upstream: LiveUpstream,
  question: Question,
): Promise<string | Failure> {
  const tried: Target[] = [];
  upstream.countRequest();
  for (;;) {
    const hashKey = question.call.peerAddress;
    const attempt = upstream.acquire({ hashKey, tried, isUpgrade: false });
    if ('reason' in attempt) return unavailable(attempt);
    const answer = await ask(attempt, upstream, question);
    tried.push(attempt.target);
    // Without an attempt that failed there is an answer, whatever it is.
    if (typeof answer === 'string' || answer.attempt === undefined) return answer;
    if (tried.length > upstream.definition.retries.most || !upstream.allowRetry()) return answer;
  }
}

async function ask(
  attempt: Attempt,
  { definition }: LiveUpstream,
  { path, requestId, call }: Question,
): Promise<string | Failure> {
  const { target } = attempt;
  const { timeouts, host } = definition;
  try {
    const { statusCode, body } = await target.dispatcher.request({
      origin: target.origin,
      path,
      method: 'GET',
      headers: {
        host: hostFor(host, target, call),
        accept: 'application/json',
        'x-request-id': requestId,
      },
      headersTimeout: timeouts.first_byte_ms,
      bodyTimeout: timeouts.idle_ms,
      signal: AbortSignal.timeout(timeouts.total_ms ?? LONGEST_MS),
    });
    attempt.answered(statusCode);
    const text = await gatherText(body, LARGEST_ANSWER);
    if (text === undefined) attempt.failed('broken');
    const isGood = statusCode >= 200 && statusCode < 300;
    return isGood && text !== undefined && isJsonObject(text) ? text : UNUSABLE;
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    const failure = isLate ? TOO_SLOW : failureOf(error);
    attempt.failed(failure.attempt ?? 'broken');
    return failure;
  } finally {
    attempt.release();
  }
}

function hostFor(host: string, target: Target, call: Call): string {
  if (host === 'target') return target.host;
  return host === 'client' ? (call.header('host') ?? target.host) : host;
}

function isJsonObject(text: string): boolean {
  try {
    return objectSchema.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}
