/** An answer is given again for so many times as long as it took to make … */
const REST = 9;
/** … and no longer than this, ms: what took long was waited for rather than worked on. */
const LONGEST_REST_MS = 500;

/**
 * Asks once for all who want to know at the same time, and takes a small share of the time for it:
 * anybody may ask, as often as they like.
 * @returns `make`, whose answer is as old as that at most
 */
export function createShare<T>(make: () => Promise<T>): () => Promise<T> {
  let last: Promise<T> | undefined;

  return () => {
    if (last !== undefined) return last;
    const begunMs = performance.now();
    const made = make();
    last = made;
    const forget = () => {
      last = undefined;
    };
    made.then(() => {
      const tookMs = performance.now() - begunMs;
      setTimeout(forget, Math.min(tookMs * REST, LONGEST_REST_MS)).unref();
    }, forget);
    return made;
  };
}
