import { type KeyboardEvent, useState } from 'react';
import type { RateStatus } from '@/lib/gateway';
import type { Block } from './block';
import { formatCount, formatPeriod } from './format';
import { arrange, NO_PLACES, type PlacedWindow, standing } from './places';
import { useFollowedStrip } from './use-followed-strip';
import { WindowColumn } from './window-column';
import { blocksPerPage, groupIntoWindows, type TrafficWindow } from './windows';

interface StageProps {
  readonly blocks: readonly Block[];
  readonly status: RateStatus;
  readonly onOpen: (id: number) => void;
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowUp: -1,
  ArrowRight: 1,
  ArrowDown: 1,
};

/** Every request as a block, in the window that counted it. The newest window is on the right. */
export function Stage({ blocks, status, onOpen }: StageProps) {
  const windowMs = status.window_seconds * 1_000;
  const currentMs = currentStart(status, windowMs);
  const windows = withCurrent(groupIntoWindows(blocks, windowMs, currentMs), currentMs);
  const [known, setKnown] = useState(NO_PLACES);
  const places = arrange(known, windows, blocksPerPage(status.limit));
  if (places !== known) setKnown(places);
  const [focusedId, setFocusedId] = useState<number>();
  const stops = blocks.some(({ id }) => id === focusedId) ? focusedId : blocks.at(-1)?.id;
  const columns = standing(places, windows);
  const strip = useFollowedStrip(columns);

  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    const step = STEPS[event.key];
    const from = blocks.findIndex(({ id }) => id === focusedId);
    const next = step === undefined || from === -1 ? undefined : blocks[from + step];
    if (next === undefined) return;
    event.preventDefault();
    event.currentTarget.querySelector<HTMLElement>(`[data-id="${next.id}"]`)?.focus();
  }

  return (
    <section aria-label="Requests" className="relative mt-6">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys go from block to block inside, and gestures are only watched. */}
      <div
        {...strip}
        onKeyDown={onKeyDown}
        className="relative -mx-1 flex min-h-[19rem] overflow-x-auto px-1 pt-1 pb-3 [scrollbar-width:thin]"
      >
        {columns.map((window) => (
          <WindowColumn
            key={window.startMs}
            window={window}
            limit={status.limit}
            hollow={window.startMs === currentMs ? hollowPlaces(window, status) : 0}
            tabStop={stops}
            onFocus={setFocusedId}
            onOpen={onOpen}
          />
        ))}
      </div>
      {blocks.length === 0 && (
        <p className="absolute top-28 left-3 text-ink-soft text-lg">{invitation(status)}</p>
      )}
    </section>
  );
}

function invitation({ limit, window_seconds, enforced }: RateStatus): string {
  return enforced
    ? `Send a request. You have ${formatCount(limit)} every ${formatPeriod(window_seconds)}.`
    : 'Send a request. Nothing is counted while the store is unreachable.';
}

function currentStart({ reset_at }: RateStatus, windowMs: number): number | undefined {
  return reset_at === null ? undefined : Date.parse(reset_at) - windowMs;
}

/** The window that runs now has its place even before a request falls into it. */
function withCurrent(
  windows: readonly TrafficWindow[],
  startMs: number | undefined,
): readonly TrafficWindow[] {
  const newest = windows.at(-1);
  if (startMs === undefined || (newest !== undefined && newest.startMs >= startMs)) return windows;
  return [...windows, { startMs, blocks: [] }];
}

/** Places that the current window still has, not counting those that pending requests may take. */
function hollowPlaces({ places }: PlacedWindow, { limit, remaining }: RateStatus): number {
  if (remaining === null) return 0;
  const pending = places.filter((block) => block?.answer === null).length;
  const room = blocksPerPage(limit) - places.length;
  return Math.max(0, Math.min(remaining - pending, room));
}
