/** Runs one task after another, in the order they were given. */
export interface Queue {
  run<T>(task: () => Promise<T>): Promise<T>;
  /** Resolves when all tasks given so far have ended. */
  idle(): Promise<void>;
}

export function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(task) {
      const result = last.then(task);
      last = result.catch(() => undefined);
      return result;
    },
    async idle() {
      await last;
    },
  };
}
