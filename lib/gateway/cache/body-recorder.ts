import type { BodyRecorder } from './port';

/** Memory that bodies on their way may take together. */
export interface RecordingBudget {
  leftBytes: number;
}

export interface RecordingOptions {
  /** As the head tells it; undefined: not told. */
  readonly length: number | undefined;
  readonly maxBytes: number;
  readonly budget: RecordingBudget;
  /** Given the whole body, in memory of its own. Not called for one that is too long or falls short. */
  readonly onWhole: (body: Buffer) => void;
}

const FIRST_BYTES = 4_096;

/** Keeps a body as it passes. Gives up by itself where it grows too long or memory is short. */
export function recordBody({ length, maxBytes, budget, onWhole }: RecordingOptions): BodyRecorder {
  let kept: Buffer | undefined = Buffer.alloc(0);
  let used = 0;

  function drop(): void {
    budget.leftBytes += kept?.length ?? 0;
    kept = undefined;
  }

  /** Doubles, so that a body in tiny chunks costs no more than one in large ones. */
  function grown(from: Buffer, needed: number): Buffer | undefined {
    const wanted = Math.max(needed, from.length * 2, Math.min(length ?? FIRST_BYTES, FIRST_BYTES));
    const bytes = Math.min(wanted, length ?? maxBytes, maxBytes);
    if (bytes < needed || bytes - from.length > budget.leftBytes) return undefined;
    budget.leftBytes -= bytes - from.length;
    // Slow: not of the pool that Node shares among small buffers, and would keep alive whole.
    const larger = Buffer.allocUnsafeSlow(bytes);
    from.copy(larger, 0, 0, used);
    return larger;
  }

  return {
    add(chunk) {
      if (kept === undefined) return;
      const needed = used + chunk.length;
      if (needed > kept.length) {
        const larger = grown(kept, needed);
        if (larger === undefined) {
          drop();
          return;
        }
        kept = larger;
      }
      kept.set(chunk, used);
      used = needed;
    },
    complete() {
      const whole = kept;
      drop();
      if (whole === undefined || (length !== undefined && length !== used)) return;
      onWhole(used === whole.length ? whole : exact(whole, used));
    },
    drop,
  };
}

function exact(from: Buffer, bytes: number): Buffer {
  const body = Buffer.allocUnsafeSlow(bytes);
  from.copy(body, 0, 0, bytes);
  return body;
}
