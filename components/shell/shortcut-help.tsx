import { usePathname } from 'next/navigation';
import { Kbd } from '@/components/ui/kbd';
import { Sheet } from '@/components/ui/sheet';
import { jumpKeys } from './jump-keys';

type Shortcut = readonly [cap: string, name: string, effect: string];

const SEARCH: Shortcut = ['/', 'Slash', 'To the search'];

/** What a page has of its own. */
const SHORTCUTS: Readonly<Record<string, readonly Shortcut[]>> = {
  '/': [
    ['⏎', 'Enter', 'Send one request'],
    ['B', 'B', 'Burst attack'],
    ['C', 'C', 'Clear what was sent'],
    ['P', 'P', 'Pause or resume polling'],
    ['←', 'Arrow keys', 'From block to block, once one has focus'],
  ],
  '/overview': [['P', 'P', 'Pause or resume']],
  '/requests': [
    SEARCH,
    ['J', 'J', 'Next request'],
    ['K', 'K', 'Previous request'],
    ['⏎', 'Enter', 'Open the request that has focus'],
    ['P', 'P', 'Pause or resume'],
  ],
  '/policies': [SEARCH],
  '/clients': [SEARCH],
  '/upstreams': [SEARCH],
};

export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const shortcuts: readonly Shortcut[] = [
    ...(SHORTCUTS[usePathname()] ?? []),
    [jumpKeys(navigator.userAgent), 'Control K', 'Jump to any page'],
    ['?', 'Question mark', 'This list'],
  ];
  return (
    <Sheet shape="centre" title="Keyboard shortcuts" onClose={onClose}>
      <dl className="grid grid-cols-[4.5rem_1fr] gap-y-3">
        {shortcuts.map(([cap, name, effect]) => (
          <div key={cap} className="contents">
            <dt>
              <Kbd>{cap}</Kbd>
              <span className="sr-only">{name}</span>
            </dt>
            <dd className="text-ink-soft">{effect}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-5 text-ink-faint text-sm">Keys rest while you type in a field.</p>
    </Sheet>
  );
}
