import { createLoadRest } from './load-rest';
import { createPace } from './pace';
import { type Frame, MINUTES_KEPT, type TrafficLink } from './port';

const ALL_KEPT = MINUTES_KEPT * 60;
/** Between a break and its being noticed, at most, seconds. */
const UNNOTICED = 120;
/** Between tries that fail, ms. */
const RETRY_MS = { first: 1_000, longest: 30_000 };
/** How long loading keeps the thread, ms. */
const TURN_MS = 2;

export interface HistoryLoaderOptions {
  readonly link: Pick<TrafficLink, 'load'>;
  /** Told of each frame as soon as it was read. */
  readonly onFrame: (frame: Frame) => void;
  /** Unix ms */
  readonly now: () => number;
  readonly onFailure: (error: unknown) => void;
  readonly onRecovered: () => void;
}

/** Brings the history what was written down while this process was not there to hear it. */
export interface HistoryLoader {
  /** Settled after the first try. Never rejects. */
  readonly loaded: Promise<void>;
  /** A frame was heard: until now nothing is missing. */
  heard(): void;
  /** Frames may be missing since the last that was heard. */
  gap(): void;
  close(): void;
}

/**
 * Loads all that is kept at once, and what may be missing after each gap; tries until it succeeds, and
 * rests between gaps that follow each other closely.
 */
export function createHistoryLoader(options: HistoryLoaderOptions): HistoryLoader {
  const { link, onFrame, now, onFailure, onRecovered } = options;
  const rest = createLoadRest();
  /** Unix seconds; undefined while nothing is missing. */
  let missingSince: number | undefined = Math.floor(now() / 1_000) - ALL_KEPT;
  let heardAt = missingSince;
  let isLoading = false;
  let isClosed = false;
  let isFailing = false;
  let endPause = (): void => undefined;

  function gap(): void {
    const since = heardAt - UNNOTICED;
    missingSince = Math.min(missingSince ?? since, since);
    rest.gap(performance.now());
    // The link may be there again.
    if (isFailing) endPause();
    if (!isLoading) void loadMissing(() => undefined);
  }

  function pauseFor(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms).unref();
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function loadMissing(onTried: () => void): Promise<void> {
    isLoading = true;
    let retryMs = RETRY_MS.first;
    while (missingSince !== undefined && !isClosed) {
      const waitMs = rest.waitMs(performance.now());
      if (waitMs > 0) {
        await pauseFor(waitMs);
        continue;
      }
      const since = missingSince;
      missingSince = undefined;
      // What comes while it is read is heard, or missing from here on.
      heardAt = Math.floor(now() / 1_000);
      try {
        await load(since);
        rest.loaded(performance.now());
        retryMs = RETRY_MS.first;
        if (isFailing) onRecovered();
        isFailing = false;
      } catch (error) {
        missingSince = Math.min(since, missingSince ?? since);
        if (!isFailing) onFailure(error);
        isFailing = true;
        onTried();
        await pauseFor(retryMs);
        retryMs = Math.min(2 * retryMs, RETRY_MS.longest);
      }
      onTried();
    }
    isLoading = false;
  }

  async function load(since: number): Promise<void> {
    const pause = createPace(TURN_MS);
    for await (const frame of link.load(Math.max(0, since))) {
      if (isClosed) return;
      onFrame(frame);
      await pause();
    }
  }

  return {
    loaded: new Promise((resolve) => void loadMissing(resolve)),
    heard() {
      if (missingSince === undefined) heardAt = Math.floor(now() / 1_000);
    },
    gap,
    close() {
      isClosed = true;
      endPause();
    },
  };
}
