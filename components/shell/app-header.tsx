import { clsx } from 'clsx';
import { cookies, headers } from 'next/headers';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { CompactMenu } from './compact-menu';
import { DocumentationLink } from './documentation-link';
import { JumpButton } from './jump-button';
import { jumpKeys } from './jump-keys';
import { Logo } from './logo';
import { PAGE_GROUPS, type PageAddress } from './pages';
import { ShortcutGuide } from './shortcut-guide';
import { ThemeToggle } from './theme-toggle';

export type { PageAddress };

/** Who shows one has probably signed in; what it is worth is for the server to say. */
const SESSION_COOKIE = 'floodgate_session';

interface AppHeaderProps {
  readonly current: PageAddress;
  readonly aside: ReactNode;
}

export async function AppHeader({ current, aside }: AppHeaderProps) {
  const [sent, kept] = await Promise.all([headers(), cookies()]);
  const isOperator = kept.has(SESSION_COOKIE);
  const keys = jumpKeys(sent.get('user-agent') ?? '');
  return (
    <header className="border-line border-b">
      <div className="mx-auto flex h-14 max-w-[80rem] items-center gap-4 px-4 sm:gap-6 sm:px-8">
        <Link href="/" className="flex items-center gap-2.5 font-semibold text-lg tracking-tight">
          <Logo />
          <span className="max-sm:sr-only">Floodgate</span>
        </Link>
        <nav
          aria-label="Main"
          className="flex h-full items-center gap-4 whitespace-nowrap max-xl:hidden"
        >
          {PAGE_GROUPS.map((pages) => (
            <div
              key={pages[0].href}
              className="flex h-full items-center gap-4 after:h-4 after:border-edge after:border-l"
            >
              {pages.map(({ href, name }) => (
                <Link
                  key={href}
                  href={href}
                  aria-current={href === current ? 'page' : undefined}
                  className={clsx(
                    'flex h-full items-center border-b-2 pt-0.5',
                    href === current
                      ? 'border-accent-text text-ink'
                      : 'border-transparent text-ink-soft hover:text-ink',
                  )}
                >
                  {name}
                </Link>
              ))}
            </div>
          ))}
          <DocumentationLink />
        </nav>
        <CompactMenu current={current} isOperator={isOperator} />
        <div className="ml-auto flex min-w-0 items-center gap-2 sm:gap-3">
          {aside}
          <ThemeToggle />
          <JumpButton
            isOperator={isOperator}
            keys={keys}
            className="-mr-2 h-11 gap-2 px-2 max-sm:hidden"
          />
          {/* The Traffic page has a button for it too, and sees to both. */}
          {isOperator && current !== '/' && <ShortcutGuide />}
        </div>
      </div>
    </header>
  );
}
