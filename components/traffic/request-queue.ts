/** Runs a bounded number of tasks at a time; the rest wait their turn. */
export interface RequestQueue {
  /** Resolves when the task has run, or has been dropped by `clear`. */
  run(task: () => Promise<void>): Promise<void>;
  /** Drops what waits. What runs goes on. */
  clear(): void;
}

interface Waiting {
  readonly start: () => void;
  readonly drop: () => void;
}

/** @param concurrency most tasks at a time */
export function createRequestQueue(concurrency: number): RequestQueue {
  let running = 0;
  let waiting: Waiting[] = [];

  function next(): void {
    while (running < concurrency) {
      const first = waiting.shift();
      if (first === undefined) return;
      running += 1;
      first.start();
    }
  }

  return {
    run(task) {
      return new Promise((resolve) => {
        const start = () => {
          void task().finally(() => {
            running -= 1;
            resolve();
            next();
          });
        };
        waiting.push({ start, drop: resolve });
        next();
      });
    },
    clear() {
      const dropped = waiting;
      waiting = [];
      for (const { drop } of dropped) drop();
    },
  };
}
