import { createLineWriter, type LineWriter } from './line-writer';

let writer: LineWriter | undefined;
let tellLost: (lines: number) => void = () => undefined;

/**
 * The one writer of the process's log, so that lines keep their order and none falls into another. What it
 * holds back is written at exit; a reader that is gone ends neither the process nor its other work.
 */
export function standardOutput(): LineWriter {
  if (writer !== undefined) return writer;
  // Looked at, a pipe stops blocking; without a listener its failures would end the process.
  process.stdout.on('error', () => undefined);
  const opened = createLineWriter({ fd: 1, onLost: (lines) => tellLost(lines) });
  process.on('exit', () => opened.flush());
  writer = opened;
  return opened;
}

/** Says who hears of lines that nobody took. */
export function onLostLines(listener: (lines: number) => void): void {
  tellLost = listener;
}
