import { Kbd } from '@/components/ui/kbd';
import { Sheet } from '@/components/ui/sheet';

const SHORTCUTS = [
  ['⏎', 'Enter', 'Send one request'],
  ['B', 'B', 'Burst attack'],
  ['C', 'C', 'Clear what was sent'],
  ['P', 'P', 'Pause or resume polling'],
  ['←', 'Arrow keys', 'From block to block, once one has focus'],
  ['⌃K', 'Control K', 'Jump to any page'],
  ['?', 'Question mark', 'This list'],
] as const;

export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  return (
    <Sheet shape="centre" title="Keyboard shortcuts" onClose={onClose}>
      <dl className="grid grid-cols-[3rem_1fr] gap-y-3">
        {SHORTCUTS.map(([cap, name, effect]) => (
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
