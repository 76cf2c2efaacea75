import { clsx } from 'clsx';
import { ArrowUpRight } from 'lucide-react';

export function DocumentationLink({ className }: { className?: string }) {
  return (
    <a
      href="/docs"
      className={clsx('flex items-center gap-1 text-ink-soft hover:text-ink', className)}
    >
      API docs
      <ArrowUpRight className="size-4" aria-hidden="true" />
    </a>
  );
}
