import type { ServerResponse } from 'node:http';
import type { Handover } from '../../gateway';
import { HEARTBEAT } from './server-sent-event';

/** A viewer who lets more pile up is dropped, bytes. */
const MOST_WAITING = 256 * 1_024;
/** One who takes nothing for so long is dropped too, ms. */
const STALLED_MS = 10_000;
/** Silence that those between us and a viewer may take for a dead connection, ms. */
const HEARTBEAT_MS = 15_000;

export const STREAM_HEADERS: readonly string[] = [
  'Content-Type',
  'text/event-stream',
  'Cache-Control',
  'no-store',
  // nginx would gather it.
  'X-Accel-Buffering',
  'no',
];

export interface ViewerOptions {
  /** Told once that its stream is open: it is to be told what it begins with. */
  readonly onOpen: () => void;
  /** Told once that it has ended, however it did. */
  readonly onLeave: (viewer: Viewer) => void;
}

/** One open stream. What it is given is shared with others, and never kept for it. */
export class Viewer implements Handover {
  readonly headers: string[] = [...STREAM_HEADERS];
  isLimited = false;
  onStatus: ((status: number) => void) | undefined;
  onEnd: (() => void) | undefined;
  /** Whether it was told all that it had missed. */
  isCaughtUp = false;
  private response: ServerResponse | undefined;
  hasLeft = false;
  /** What may wait: more while it still takes what it had missed. */
  private mostWaiting = MOST_WAITING;
  /** When it last took nothing after it had been told more, monotonic ms; 0 while it takes all. */
  private stalledMs = 0;
  private toldMs = performance.now();

  constructor(private readonly options: ViewerOptions) {}

  run(response: ServerResponse): void {
    this.onStatus?.(200);
    if (this.hasLeft || response.destroyed) {
      response.destroy();
      this.leave();
      return;
    }
    this.response = response;
    response.once('close', () => this.leave());
    // It ends with its connection: chunks would make three writes of each.
    response.useChunkedEncodingByDefault = false;
    response.writeHead(200, this.headers);
    response.cork();
    this.options.onOpen();
    response.uncork();
  }

  /** Tells what the stream begins with, before all else. */
  greet(hello: Buffer): void {
    this.write([hello]);
  }

  /** Tells what it missed, all at once: from here on it is told what happens. */
  catchUp(missed: readonly Buffer[]): void {
    this.write(missed);
    this.isCaughtUp = true;
  }

  /** @param nowMs monotonic @param events none: nothing has happened */
  tell(events: Buffer | undefined, nowMs: number): void {
    const { response } = this;
    if (response === undefined || this.hasLeft || response.destroyed) return;
    if (this.isTooSlow(response, nowMs)) {
      this.drop();
      return;
    }
    const told = events ?? (nowMs - this.toldMs >= HEARTBEAT_MS ? HEARTBEAT : undefined);
    if (told === undefined) return;
    this.toldMs = nowMs;
    response.write(told);
  }

  /** Ends the stream; one that waits for its reader is cut off. */
  end(): void {
    const { response } = this;
    if (response === undefined || response.writableNeedDrain) this.drop();
    else response.end();
    this.leave();
  }

  /** What is as long as it is may wait. */
  private write(events: readonly Buffer[]): void {
    const { response } = this;
    if (response === undefined || this.hasLeft || response.destroyed) return;
    response.cork();
    for (const event of events) {
      this.mostWaiting += event.byteLength;
      response.write(event);
    }
    response.uncork();
  }

  private isTooSlow(response: ServerResponse, nowMs: number): boolean {
    if (!response.writableNeedDrain) {
      this.stalledMs = 0;
      this.mostWaiting = MOST_WAITING;
      return false;
    }
    if (this.stalledMs === 0) this.stalledMs = nowMs;
    return nowMs - this.stalledMs >= STALLED_MS || response.writableLength > this.mostWaiting;
  }

  private drop(): void {
    this.response?.destroy();
    this.leave();
  }

  private leave(): void {
    if (this.hasLeft) return;
    this.hasLeft = true;
    this.options.onLeave(this);
    this.onEnd?.();
  }
}
