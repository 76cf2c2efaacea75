import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Between the last sign of an edit and looking at it, ms: some editors empty a file before they fill it. */
const SETTLE_MS = 80;
/** File systems that other machines write to, and links into them, tell nobody. */
const POLL_MS = 500;

/**
 * Calls back when a file may have changed. The folder is watched, since editors replace files.
 * @returns stops it
 */
export function watchFile(path: string, onChange: () => void): () => void {
  const name = basename(path);
  let settling: NodeJS.Timeout | undefined;
  const poll = setInterval(onChange, POLL_MS);
  poll.unref();
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(dirname(path), { persistent: false }, (_, changed) => {
      if (changed !== name) return;
      clearTimeout(settling);
      settling = setTimeout(onChange, SETTLE_MS);
      settling.unref();
    });
    // Out of watches, or the folder is gone: the poll goes on.
    watcher.on('error', () => watcher?.close());
  } catch {
    // As above.
  }
  return () => {
    clearInterval(poll);
    clearTimeout(settling);
    watcher?.close();
  };
}
