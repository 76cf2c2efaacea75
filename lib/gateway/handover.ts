import type { ServerResponse } from 'node:http';
import type { Reply } from '../http';

/** An answer that comes from elsewhere and is sent on while it arrives. */
export interface Handover {
  /** Ours, for whatever answer comes: name, value, name, value … */
  readonly headers: string[];
  /** Whether policies held the request. */
  isLimited: boolean;
  /** Told once which status the answer has. */
  onStatus: ((status: number) => void) | undefined;
  /** Told once that nothing is in flight any more. */
  onEnd: (() => void) | undefined;
  /** Answers, now. Never throws; what goes wrong is answered too. */
  run(response: ServerResponse): void;
}

/** What a gateway gives for a call. */
export type Answer = Reply | Handover;

export function isHandover(answer: Answer): answer is Handover {
  return 'run' in answer;
}
