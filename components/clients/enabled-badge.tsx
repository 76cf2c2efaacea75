import { CircleCheck, CircleSlash } from 'lucide-react';

export function EnabledBadge({ isEnabled }: { isEnabled: boolean }) {
  return isEnabled ? (
    <span className="inline-flex items-center gap-1.5 text-allowed-text">
      <CircleCheck className="size-4" aria-hidden="true" />
      enabled
    </span>
  ) : (
    <span className="inline-flex items-center gap-1.5 text-ink-faint">
      <CircleSlash className="size-4" aria-hidden="true" />
      disabled
    </span>
  );
}
