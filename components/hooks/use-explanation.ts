import { useEffect, useState } from 'react';
import useSWR from 'swr';
import { AdminError, messageOf } from '@/components/admin/admin-error';
import { adminRequest } from '@/components/admin/admin-request';
import type { Explanation } from '@/components/admin/resources';

/** How long typing has to rest before the server is asked, ms. */
const REST_MS = 300;

interface Explained {
  /** The latest there is; of an earlier question while there is a fault. */
  readonly explanation?: Explanation;
  readonly fault?: string;
}

/** What would become of a request, asked again whenever the question changes. Consumes nothing. */
export function useExplanation(question: unknown): Explained {
  const [explained, setExplained] = useState<Explained>({});
  const text = JSON.stringify(question);
  useEffect(() => {
    const asking = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const explanation = await adminRequest<Explanation>('/explain', {
          method: 'POST',
          body: JSON.parse(text),
          signal: asking.signal,
        });
        setExplained({ explanation });
      } catch (error) {
        if (asking.signal.aborted) return;
        setExplained((before) => ({ ...before, fault: reasonOf(error) }));
      }
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [text]);
  return explained;
}

/** What was found out about a request when it came, as long as a replica keeps it. @param id a request id */
export function useRecordedExplanation(id: string) {
  const { data, error, mutate } = useSWR<Explanation, AdminError>(
    ['/explain', id],
    ([path, requestId]: [string, string]) =>
      adminRequest<Explanation>(path, { method: 'POST', body: { request_id: requestId } }),
    {
      // What was decided does not change.
      revalidateIfStale: false,
      revalidateOnFocus: false,
      revalidateOnReconnect: false,
      shouldRetryOnError: false,
    },
  );
  return { explanation: data, error, retry: () => void mutate() };
}

function reasonOf(error: unknown): string {
  const faults = error instanceof AdminError ? error.faults : [];
  if (faults.length === 0) return messageOf(error);
  return faults.map(({ path, message }) => `${path}: ${message}`).join('. ');
}
