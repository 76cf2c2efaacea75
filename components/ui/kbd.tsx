import { clsx } from 'clsx';

/** A key's cap. Hidden from screen readers: the control it belongs to names its shortcut itself. */
export function Kbd({ children, className }: { children: string; className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={clsx(
        'inline-flex h-5 min-w-5 items-center justify-center rounded border border-current px-1 font-mono text-sm opacity-75 pointer-coarse:hidden',
        className,
      )}
    >
      {children}
    </span>
  );
}
