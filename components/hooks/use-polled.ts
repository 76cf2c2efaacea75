import { useRef } from 'react';
import useSWR, { type KeyedMutator, useSWRConfig } from 'swr';
import { isPollingPaused, usePaused } from './polling';

/** Longest wait for a poll's answer, ms; a server that hangs is as good as gone. */
const TIMEOUT_MS = 3_000;
/** Time between attempts while the server is unreachable, ms. */
export const RETRY_MS = 2_000;

/** No answer comes. Kept where SWR keeps the answer, so that everybody who polls a path knows the same. */
class Unreachable extends Error {
  constructor(
    readonly sinceMs: number,
    cause: unknown,
  ) {
    super('no answer', { cause });
  }
}

/** When the answer was asked for and when it came, by `performance.now()`. */
interface Timing {
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
}

interface PollOptions<T> {
  readonly initial: T;
  readonly intervalMs: number;
  readonly onAnswer?: (data: T, timing: Timing) => void;
}

interface Polled<T> {
  readonly data: T;
  readonly mutate: KeyedMutator<T>;
  /** Since when no answer comes, Unix ms of this computer; undefined while answers come. */
  readonly unreachableSinceMs: number | undefined;
}

/** A JSON resource of this server, asked for again and again while the page is seen and not paused. */
export function usePolled<T>(path: string, options: PollOptions<T>): Polled<T> {
  const { initial, intervalMs, onAnswer } = options;
  const isPaused = usePaused();
  const { cache } = useSWRConfig();
  const retry = useRef<ReturnType<typeof setTimeout>>(undefined);
  const { data, error, mutate } = useSWR<T, Unreachable>(
    path,
    async (url: string) => {
      const sentAtMs = performance.now();
      try {
        const answer = await readJson<T>(url);
        onAnswer?.(answer, { sentAtMs, receivedAtMs: performance.now() });
        return answer;
      } catch (cause) {
        const known: Unreachable | undefined = cache.get(url)?.error;
        throw known ?? new Unreachable(Date.now(), cause);
      }
    },
    {
      fallbackData: initial,
      refreshInterval: isPaused ? 0 : intervalMs,
      // SWR's own pause would swallow an answer on its way, and with an error the next attempt.
      revalidateOnFocus: !isPaused,
      // A server on this computer or this network answers without the internet.
      refreshWhenOffline: true,
      revalidateOnReconnect: false,
      dedupingInterval: intervalMs / 2,
      onErrorRetry(_error, _key, _config, revalidate) {
        // After an error nothing else asks again, so while nobody looks this waits but does not end.
        const tryAgain = () => {
          if (document.hidden || isPollingPaused()) retry.current = setTimeout(tryAgain, RETRY_MS);
          else void revalidate({ dedupe: true });
        };
        clearTimeout(retry.current);
        retry.current = setTimeout(tryAgain, RETRY_MS);
      },
    },
  );
  return { data: data ?? initial, mutate, unreachableSinceMs: error?.sinceMs };
}

async function readJson<T>(url: string): Promise<T> {
  const response = await fetch(url, {
    cache: 'no-store',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  // Anything else, an error's problem+json or a proxy's own page, is not the resource.
  if (!response.headers.get('content-type')?.startsWith('application/json')) {
    throw new Error(`${url} answered ${response.status}`);
  }
  return response.json();
}
