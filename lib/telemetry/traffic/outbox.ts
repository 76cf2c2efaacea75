import { MOST_DECISIONS } from './frame-schema';
import {
  type BlockedSlot,
  type Frame,
  type LiveDecision,
  MINUTES_KEPT,
  SECONDS_KEPT,
  type Slot,
  type TrafficLink,
} from './port';
import { createWaitingSlots } from './waiting-slots';

export interface OutboxOptions {
  readonly link: Pick<TrafficLink, 'send'>;
  /** Told once when sending begins to fail. */
  readonly onFailure: (error: unknown) => void;
  /** Told once when it works again. */
  readonly onRecovered: () => void;
}

/** Frames on their way to the other replicas. */
export interface Outbox {
  /** Sends it; what cannot be sent goes with the next. */
  add(frame: Frame): void;
  /** Sends what is left, until all has arrived or the link refuses. Takes nothing more. */
  close(): Promise<void>;
}

/** An hour of minutes and a week of hours. */
const BLOCKED_KEPT = 60 + 168;
/** After a failure, ms. */
const RETRY_AFTER_MS = 1_000;

/**
 * Sends one frame at a time. What waits is kept by its slot, in its newest telling: an outage costs
 * memory by how long it lasts, not by how often it was tried.
 */
export function createOutbox({ link, onFailure, onRecovered }: OutboxOptions): Outbox {
  const seconds = createWaitingSlots<Slot>(SECONDS_KEPT, cellsOf);
  const minutes = createWaitingSlots<Slot>(MINUTES_KEPT, cellsOf);
  const blocked = createWaitingSlots<BlockedSlot>(BLOCKED_KEPT, () => 0);
  let decisions: readonly LiveDecision[] = [];
  let sender: Pick<Frame, 'instance' | 'replica'> | undefined;
  let sending: Promise<void> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let isFailing = false;
  let isClosed = false;

  function add(frame: Frame): void {
    if (isClosed) return;
    sender = frame;
    for (const slot of frame.seconds) seconds.put(`${slot.at}`, slot);
    for (const slot of frame.minutes) minutes.put(`${slot.at}`, slot);
    for (const slot of frame.blocked) blocked.put(`${slot.span}${slot.at}`, slot);
    decisions = [...decisions, ...frame.decisions].slice(-MOST_DECISIONS);
    if (retry === undefined) void start();
  }

  function start(): Promise<void> {
    sending ??= sendAll().finally(() => {
      sending = undefined;
    });
    return sending;
  }

  async function sendAll(): Promise<void> {
    for (let frame = next(); frame !== undefined; frame = next()) {
      try {
        await link.send(frame);
      } catch (error) {
        decisions = [...frame.decisions, ...decisions].slice(-MOST_DECISIONS);
        if (!isFailing) onFailure(error);
        isFailing = true;
        if (!isClosed) retry = setTimeout(tryAgain, RETRY_AFTER_MS).unref();
        return;
      }
      seconds.done(frame.seconds);
      minutes.done(frame.minutes);
      blocked.done(frame.blocked);
      if (isFailing) onRecovered();
      isFailing = false;
    }
  }

  function tryAgain(): void {
    retry = undefined;
    void start();
  }

  function next(): Frame | undefined {
    const isEmpty = seconds.isEmpty && minutes.isEmpty && blocked.isEmpty;
    if (sender === undefined || (isEmpty && decisions.length === 0)) return undefined;
    const { instance, replica } = sender;
    const frame = {
      instance,
      replica,
      seconds: seconds.newest(),
      minutes: minutes.newest(),
      blocked: blocked.newest(),
      decisions,
    };
    decisions = [];
    return frame;
  }

  return {
    add,
    async close() {
      isClosed = true;
      clearTimeout(retry);
      await sending;
      await start();
    },
  };
}

function cellsOf(slot: Slot): number {
  return slot.cells.length;
}
