import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRequestQueue } from '../../components/traffic/request-queue';

/** A task that runs until told to end. */
function openTask() {
  let end = (_error?: Error): void => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    end = (error) => (error === undefined ? resolve() : reject(error));
  });
  const task = { isStarted: false, end, run: () => ended };
  task.run = () => {
    task.isStarted = true;
    return ended;
  };
  return task;
}

describe('the request queue', () => {
  it('never runs more than its share, starts in order, and runs everything', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 40 }),
        async (concurrency, turns) => {
          const queue = createRequestQueue(concurrency);
          const started: number[] = [];
          let running = 0;
          let most = 0;
          await Promise.all(
            turns.map((count, index) =>
              queue.run(async () => {
                started.push(index);
                running += 1;
                most = Math.max(most, running);
                for (let turn = 0; turn < count; turn++) await Promise.resolve();
                running -= 1;
              }),
            ),
          );
          expect(started).toEqual(turns.map((_, index) => index));
          expect(most).toBe(Math.min(concurrency, turns.length));
        },
      ),
    );
  });

  it('starts a task at once when there is room, and the next when one has ended', async () => {
    const queue = createRequestQueue(2);
    const tasks = [openTask(), openTask(), openTask()];
    const done = tasks.map((task) => queue.run(task.run));
    expect(tasks.map(({ isStarted }) => isStarted)).toEqual([true, true, false]);
    tasks[1]?.end();
    await done[1];
    expect(tasks[2]?.isStarted).toBe(true);
  });

  it('drops what waits when cleared and lets what runs go on', async () => {
    const queue = createRequestQueue(1);
    const [running, waiting, later] = [openTask(), openTask(), openTask()];
    const first = queue.run(running.run);
    const second = queue.run(waiting.run);
    queue.clear();
    await second;
    expect(waiting.isStarted).toBe(false);
    const third = queue.run(later.run);
    expect(later.isStarted).toBe(false);
    running.end();
    await first;
    expect(later.isStarted).toBe(true);
    later.end();
    await third;
  });
});
