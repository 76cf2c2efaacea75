import { writeSync } from 'node:fs';

/** Writes lines to where somebody may read them or not. Never throws, never waits. */
export interface LineWriter {
  /** Holds a line back until many are written at once. @param line plain text with its end */
  write(line: string): void;
  /** Writes a line now, after those held back: where nobody takes it, as soon as somebody does. */
  writeNow(line: string): void;
  /** Writes what is held back, as far as it is taken. */
  flush(): void;
}

export interface LineWriterOptions {
  /** Of a file, or of a pipe or socket that does not block. */
  readonly fd: number;
  /** Told how many lines were lost, once lines are taken again. */
  readonly onLost: (lines: number) => void;
}

/** So many bytes a pipe takes whole (PIPE_BUF): no line of another writer falls into one of ours. */
const CHUNK_BYTES = 4_096;
/** Held while nobody reads. */
const MOST_BYTES = 1_048_576;
const FLUSH_MS = 250;

export function createLineWriter({ fd, onLost }: LineWriterOptions): LineWriter {
  /** In each as many whole lines as are written at once; of the first, what is left. */
  const chunks: string[] = [];
  let heldBytes = 0;
  let lost = 0;
  /** Nobody takes more at the moment: it is tried again by the timer, not for every line. */
  let isStuck = false;
  /** Nobody ever will. */
  let isBroken = false;
  let timer: NodeJS.Timeout | undefined;

  function hold(line: string): void {
    if (isBroken) return;
    if (heldBytes + line.length > MOST_BYTES) {
      lost += 1;
      return;
    }
    heldBytes += line.length;
    const last = chunks.length - 1;
    const chunk = chunks[last];
    if (chunk === undefined || chunk.length + line.length > CHUNK_BYTES) chunks.push(line);
    else chunks[last] = chunk + line;
    if (timer === undefined) timer = setTimeout(onTime, FLUSH_MS).unref();
  }

  function onTime(): void {
    timer = undefined;
    flush();
    if (chunks.length > 0) timer = setTimeout(onTime, FLUSH_MS).unref();
  }

  function flush(): void {
    isStuck = false;
    writeChunks(0);
    if (chunks.length > 0 || lost === 0) return;
    const lines = lost;
    lost = 0;
    onLost(lines);
  }

  /** @param left how many are not to be written yet */
  function writeChunks(left: number): void {
    while (chunks.length > left && !isStuck) {
      const [chunk = ''] = chunks;
      const taken = take(chunk);
      heldBytes -= taken;
      if (taken === chunk.length) {
        chunks.shift();
      } else {
        isStuck = true;
        chunks[0] = chunk.slice(taken);
      }
    }
  }

  /** @returns how many bytes somebody took */
  function take(chunk: string): number {
    if (isBroken) return chunk.length;
    try {
      return writeSync(fd, chunk, null, 'latin1');
    } catch (error) {
      isBroken = error instanceof Error && 'code' in error && error.code === 'EPIPE';
      return 0;
    }
  }

  return {
    write(line) {
      hold(line);
      if (chunks.length > 1) writeChunks(1);
    },
    writeNow(line) {
      hold(line);
      flush();
    },
    flush,
  };
}
