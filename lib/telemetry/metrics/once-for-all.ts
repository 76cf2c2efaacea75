import { performance } from 'node:perf_hooks';

/** What is gathered is given again until so many times as long has gone by as the work on it took … */
const TIMES = 10;
/** … and until it is so old at most, ms. */
const MAX_AGE_MS = 5_000;

interface Gathering<T> {
  readonly gathered: Promise<T>;
  readonly begunMs: number;
  /** Without the time in which it waited and the process had nothing else to do. */
  workedMs: number;
}

/**
 * Gathers once for all who want to know at the same time and for a while after that, so that it takes
 * a tenth of the time: anybody may ask, as often as they like and in whichever form. The process's
 * other work meanwhile counts as well, so a busy one gathers less often.
 * @returns makes functions that give the same in a form of their own, made once for each gathering at
 * most. What they resolve with is 5 s old at most; they reject with what `gather` or `form` throws
 */
export function onceForAll<T>(
  gather: () => Promise<T>,
): <Form>(form: (gathered: T) => Form | Promise<Form>) => () => Promise<Form> {
  let current: Gathering<T> | undefined;
  let underWay = 0;
  let before = performance.eventLoopUtilization();

  async function working<Result>(work: () => Promise<Result>): Promise<Result> {
    if (underWay === 0) before = performance.eventLoopUtilization();
    underWay += 1;
    try {
      return await work();
    } catch (error) {
      current = undefined;
      throw error;
    } finally {
      underWay -= 1;
      if (underWay === 0 && current !== undefined) {
        current.workedMs += performance.eventLoopUtilization(before).active;
      }
    }
  }

  function gathering(): Gathering<T> {
    if (current !== undefined && (underWay > 0 || isFresh(current))) return current;
    current = { gathered: working(gather), begunMs: performance.now(), workedMs: 0 };
    return current;
  }

  return <Form>(form: (gathered: T) => Form | Promise<Form>) => {
    let of: Gathering<T> | undefined;
    let formed: Promise<Form> | undefined;
    return () => {
      const now = gathering();
      if (formed !== undefined && of === now) return formed;
      of = now;
      formed = working(async (): Promise<Form> => form(await now.gathered));
      return formed;
    };
  };
}

function isFresh({ begunMs, workedMs }: Gathering<unknown>): boolean {
  return performance.now() - begunMs < Math.min(workedMs * TIMES, MAX_AGE_MS);
}
