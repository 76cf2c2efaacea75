import { clsx } from 'clsx';
import { Menu } from 'lucide-react';
import Link from 'next/link';
import { DocumentationLink } from './documentation-link';
import { JumpButton } from './jump-button';
import { PAGE_GROUPS, type PageAddress } from './pages';

const ENTRY = 'flex h-11 items-center rounded-lg px-3 hover:bg-raised';
const GROUP = 'border-line border-t py-2';

interface CompactMenuProps {
  readonly current: PageAddress;
  readonly isOperator: boolean;
}

/** All pages where there is no room for a row. A popover: it opens, closes and gives focus back without script. */
export function CompactMenu({ current, isOperator }: CompactMenuProps) {
  const here = PAGE_GROUPS.flat().find(({ href }) => href === current);
  return (
    <nav aria-label="Main" className="xl:hidden">
      <button
        type="button"
        popoverTarget="main-menu"
        className="-ml-2 flex h-11 items-center gap-2 rounded-lg px-2 hover:bg-raised"
      >
        <Menu className="size-5 text-ink-soft" aria-hidden="true" />
        <span className="sr-only">Menu:</span>
        {here?.name}
      </button>
      <div
        id="main-menu"
        popover="auto"
        className="absolute inset-auto top-14 left-2 max-h-[calc(100dvh-4rem)] w-56 overflow-y-auto overscroll-contain rounded-xl border border-line bg-panel px-2 text-ink shadow-2xl sm:left-6"
      >
        <JumpButton isOperator={isOperator} className={clsx(ENTRY, 'my-2 w-full gap-3 sm:hidden')}>
          Jump to…
        </JumpButton>
        {PAGE_GROUPS.map((pages) => (
          <div key={pages[0].href} className={clsx(GROUP, 'sm:first-of-type:border-t-0')}>
            {pages.map(({ href, name }) => (
              <Link
                key={href}
                href={href}
                aria-current={href === current ? 'page' : undefined}
                className={clsx(ENTRY, href === current ? 'bg-raised text-ink' : 'text-ink-soft')}
              >
                {name}
              </Link>
            ))}
          </div>
        ))}
        <div className={GROUP}>
          <DocumentationLink className={ENTRY} />
        </div>
      </div>
    </nav>
  );
}
