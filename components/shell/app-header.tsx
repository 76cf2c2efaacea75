import { clsx } from 'clsx';
import { ArrowUpRight } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { Logo } from './logo';
import { ThemeToggle } from './theme-toggle';

const PAGES = [{ href: '/', name: 'Traffic' }] as const;

interface AppHeaderProps {
  readonly current: (typeof PAGES)[number]['href'];
  readonly aside: ReactNode;
}

export function AppHeader({ current, aside }: AppHeaderProps) {
  return (
    <header className="border-line border-b">
      <div className="mx-auto flex h-14 max-w-[80rem] items-center gap-4 px-4 sm:gap-6 sm:px-8">
        <Link href="/" className="flex items-center gap-2.5 font-semibold text-lg tracking-tight">
          <Logo />
          <span className="max-sm:sr-only">Floodgate</span>
        </Link>
        <nav
          aria-label="Main"
          className="flex h-full items-stretch gap-5 whitespace-nowrap max-sm:gap-4"
        >
          {PAGES.map(({ href, name }) => (
            <Link
              key={href}
              href={href}
              aria-current={href === current ? 'page' : undefined}
              className={clsx(
                'flex items-center border-b-2 pt-0.5',
                href === current
                  ? 'border-accent-text text-ink'
                  : 'border-transparent text-ink-soft hover:text-ink',
              )}
            >
              {name}
            </Link>
          ))}
          <a href="/docs" className="flex items-center gap-1 text-ink-soft hover:text-ink">
            API docs
            <ArrowUpRight className="size-4" aria-hidden="true" />
          </a>
        </nav>
        <div className="ml-auto flex items-center gap-2 sm:gap-4">
          {aside}
          <ThemeToggle />
        </div>
      </div>
    </header>
  );
}
