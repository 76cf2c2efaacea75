import { BlockButton } from './block-button';
import { LocalTime } from './local-time';
import type { PlacedWindow } from './places';
import { blocksPerPage, blocksPerRow, pagesOf } from './windows';

interface WindowColumnProps {
  readonly window: PlacedWindow;
  readonly limit: number;
  /** Places still free, drawn empty. */
  readonly hollow: number;
  /** The one block that Tab reaches; arrow keys reach the others. */
  readonly tabStop: number | undefined;
  readonly onFocus: (id: number) => void;
  readonly onOpen: (id: number) => void;
}

/** One window: its time, and its blocks in rows as long as the limit. */
export function WindowColumn({ window, limit, hollow, ...blocks }: WindowColumnProps) {
  const pages = pagesOf(window.places, blocksPerPage(limit));
  const rowStyle = { gridTemplateColumns: `repeat(${blocksPerRow(limit)}, var(--block-width))` };
  return (
    <section className="shrink-0 border-line border-l pr-6 pl-3 [--block-width:3.75rem] last:pr-1 sm:[--block-width:4.125rem]">
      <h2 className="sticky left-3 flex h-6 w-fit items-baseline gap-4 whitespace-nowrap font-mono text-ink-faint text-sm">
        <LocalTime atMs={window.startMs} />
        <Counts window={window} />
      </h2>
      <div className="mt-2 flex items-start gap-3">
        {pages.map((page, index) => (
          <ol
            // biome-ignore lint/suspicious/noArrayIndexKey: pages are only ever added at the end.
            key={index}
            className="grid auto-rows-[3.5rem] gap-1.5"
            style={rowStyle}
          >
            {page.map((block, place) =>
              block === undefined ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: a place stays where it is.
                <li key={`left-${place}`} aria-hidden="true" />
              ) : (
                <BlockButton
                  key={block.id}
                  block={block}
                  isTabStop={block.id === blocks.tabStop}
                  onFocus={blocks.onFocus}
                  onOpen={blocks.onOpen}
                />
              ),
            )}
            {index === pages.length - 1 &&
              Array.from({ length: hollow }, (_, free) => (
                <li
                  // biome-ignore lint/suspicious/noArrayIndexKey: by place, so that the others stay when a block takes the first.
                  key={`hollow-${page.length + free}`}
                  aria-hidden="true"
                  data-testid="hollow"
                  className="rounded-xl border-2 border-line"
                />
              ))}
          </ol>
        ))}
      </div>
    </section>
  );
}

function Counts({ window: { places } }: { window: PlacedWindow }) {
  const denied = places.filter((block) => block?.answer?.outcome === 'denied').length;
  const passed = places.filter(
    (block) => block?.answer?.outcome === 'allowed' || block?.answer?.outcome === 'degraded',
  ).length;
  return (
    <span>
      {passed > 0 && (
        <span className="text-allowed-text">
          {passed} <span aria-hidden="true">✓</span>
          <span className="sr-only">allowed</span>
        </span>
      )}{' '}
      {denied > 0 && (
        <span className="text-denied-text">
          {denied} <span aria-hidden="true">✕</span>
          <span className="sr-only">denied</span>
        </span>
      )}
    </span>
  );
}
