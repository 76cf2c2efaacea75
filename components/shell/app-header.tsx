import { clsx } from 'clsx';
import { ArrowUpRight, Menu } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { Logo } from './logo';
import { ThemeToggle } from './theme-toggle';

const PAGES = [
  { href: '/', name: 'Traffic' },
  { href: '/policies', name: 'Policies' },
  { href: '/clients', name: 'Clients' },
  { href: '/tiers', name: 'Tiers' },
  { href: '/upstreams', name: 'Upstreams' },
  { href: '/history', name: 'History' },
] as const;

export type PageAddress = (typeof PAGES)[number]['href'];

interface AppHeaderProps {
  readonly current: PageAddress;
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
          className="flex h-full items-stretch gap-5 whitespace-nowrap max-lg:hidden"
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
          <DocumentationLink />
        </nav>
        <CompactMenu current={current} />
        <div className="ml-auto flex min-w-0 items-center gap-2 sm:gap-4">
          {aside}
          <ThemeToggle />
        </div>
      </div>
    </header>
  );
}

/** The same where there is no room for it. A popover: it opens, closes and gives focus back without script. */
function CompactMenu({ current }: { current: PageAddress }) {
  return (
    <nav aria-label="Main" className="lg:hidden">
      <button
        type="button"
        popoverTarget="main-menu"
        className="-ml-2 flex h-11 items-center gap-2 rounded-lg px-2 hover:bg-raised"
      >
        <Menu className="size-5 text-ink-soft" aria-hidden="true" />
        <span className="sr-only">Menu:</span>
        {PAGES.find(({ href }) => href === current)?.name}
      </button>
      <div
        id="main-menu"
        popover="auto"
        className="absolute inset-auto top-14 left-2 w-56 rounded-xl border border-line bg-panel p-2 text-ink shadow-2xl sm:left-6"
      >
        {PAGES.map(({ href, name }) => (
          <Link
            key={href}
            href={href}
            aria-current={href === current ? 'page' : undefined}
            className={clsx(
              'flex h-11 items-center rounded-lg px-3 hover:bg-raised',
              href === current ? 'bg-raised text-ink' : 'text-ink-soft',
            )}
          >
            {name}
          </Link>
        ))}
        <DocumentationLink className="h-11 rounded-lg px-3 hover:bg-raised" />
      </div>
    </nav>
  );
}

function DocumentationLink({ className }: { className?: string }) {
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
