/** The mark: gates that stand open, and one that is down. */
export function Logo() {
  return (
    <svg viewBox="0 0 24 24" className="size-6" aria-hidden="true">
      <rect x="2" y="2" width="5" height="20" rx="2.5" className="fill-allowed" />
      <rect x="9.5" y="2" width="5" height="20" rx="2.5" className="fill-allowed" />
      <rect x="17" y="2" width="5" height="9" rx="2.5" className="fill-denied" />
    </svg>
  );
}
