import { useEffect, useState } from 'react';
import { adminRequest } from '@/components/admin/admin-request';
import type { Fault, Kind, Validation } from '@/components/admin/resources';

/** How long typing has to rest before the server is asked, ms. */
const REST_MS = 250;

interface Validated {
  /** The last word, which stands until the next one comes; undefined before the first. */
  readonly faults: readonly Fault[] | undefined;
  /** Whether that word is about the draft as it is now. */
  readonly isCurrent: boolean;
}

/** What the server says of a draft, a moment after it was changed. @param draft undefined: nothing to ask about */
export function useValidation(kind: Kind, draft: unknown): Validated {
  const [last, setLast] = useState<{ readonly text: string; readonly faults: readonly Fault[] }>();
  const text = draft === undefined ? undefined : JSON.stringify(draft);
  useEffect(() => {
    if (text === undefined) return setLast(undefined);
    const asking = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const { errors } = await adminRequest<Validation>('/validate', {
          method: 'POST',
          body: { kind, entity: JSON.parse(text) },
          signal: asking.signal,
        });
        setLast({ text, faults: errors });
      } catch {
        // Nothing is known of it then; saving will tell.
      }
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [kind, text]);
  return { faults: last?.faults, isCurrent: last?.text === text };
}
