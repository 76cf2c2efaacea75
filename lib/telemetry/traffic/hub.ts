import type { RequestRecord } from '../../gateway';
import { trafficClock } from './clock';
import { createHistoryLoader } from './history-loader';
import { createOutbox } from './outbox';
import type { Frame, TrafficHistory, TrafficLink } from './port';
import { createRecorder } from './recorder';

export interface TrafficHubOptions {
  /** The name that this replica is shown by. */
  readonly replica: string;
  /** Of this life of the process; default: a random one. */
  readonly instance?: string | undefined;
  /** To the other replicas; none: there are none. */
  readonly link?: TrafficLink | undefined;
  /** None: this replica counts for others, and hears nothing of them. */
  readonly history?: TrafficHistory | undefined;
  /** Unix ms; default: everybody's clock. */
  readonly now?: (() => number) | undefined;
  /** How often frames are told, ms; default 250. */
  readonly flushMs?: number | undefined;
  /** Told once when frames can no longer be sent or loaded. They are kept and tried again. */
  readonly onLinkFailure?: ((error: unknown) => void) | undefined;
  /** Told once when they can again. */
  readonly onLinkRecovered?: (() => void) | undefined;
}

/** Where all that is known of traffic comes together. */
export interface TrafficHub {
  readonly instance: string;
  /** Counts a request, and sets its weight where it is to be shown. */
  onAnswer(record: RequestRecord): void;
  /** Of this replica, in the last second that is over. */
  requestsPerSecond(): number;
  /**
   * Tells of every frame of every replica once it is in the history, of those that were loaded too.
   * @returns what ends it
   */
  onFrame(listener: (frame: Frame) => void): () => void;
  /** Settled once the history was loaded, or could not be: it is then tried again. Never rejects. */
  readonly loaded: Promise<void>;
  /** Ends the counting and sends what is left; waits as long as the link takes to send or refuse. */
  close(): Promise<void>;
}

/** Joins recorder, history and link: what is counted here or there is told to all who want to know. */
export function createTrafficHub(options: TrafficHubOptions): TrafficHub {
  const { link, history, replica, instance, flushMs, now = trafficClock(link) } = options;
  const listeners = new Set<(frame: Frame) => void>();
  const failing = new Set<'sending' | 'loading'>();
  const outbox = link && createOutbox({ link, ...watched('sending') });
  const loader =
    link && history && createHistoryLoader({ link, onFrame: tell, now, ...watched('loading') });
  const recorder = createRecorder({
    replica,
    instance,
    now,
    flushMs,
    onFrame(frame) {
      tell(frame);
      outbox?.add(frame);
    },
  });

  if (loader !== undefined) {
    link?.listen({
      onFrame(frame) {
        loader.heard();
        tell(frame);
      },
      onGap: loader.gap,
    });
  }

  function tell(frame: Frame): void {
    history?.put(frame);
    for (const listener of listeners) listener(frame);
  }

  function watched(part: 'sending' | 'loading') {
    return {
      onFailure(error: unknown): void {
        if (failing.size === 0) options.onLinkFailure?.(error);
        failing.add(part);
      },
      onRecovered(): void {
        failing.delete(part);
        if (failing.size === 0) options.onLinkRecovered?.();
      },
    };
  }

  return {
    instance: recorder.instance,
    onAnswer: recorder.onAnswer,
    requestsPerSecond: recorder.requestsPerSecond,
    onFrame(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    loaded: loader?.loaded ?? Promise.resolve(),
    async close() {
      loader?.close();
      recorder.close();
      await outbox?.close();
    },
  };
}
