import { ArrowRight } from 'lucide-react';
import type { RouteExample } from './route-words';

/** A path on its way: as it comes, and as it goes on. */
export function PathWay({ example: { from, to, isUnchanged, isOnly } }: { example: RouteExample }) {
  return (
    <>
      {!isOnly && <span className="text-ink-faint">e.g.</span>}
      <span className="break-all font-mono text-ink-soft">{from}</span>
      <ArrowRight className="size-4 shrink-0 text-ink-faint" aria-label="goes on as" />
      {isUnchanged ? (
        <span className="text-ink">unchanged</span>
      ) : (
        <span className="break-all font-mono text-ink">{to}</span>
      )}
    </>
  );
}
