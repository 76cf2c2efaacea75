import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createGatheredMetrics } from '../../lib/process/gathered-metrics';
import { readSupervisorMetrics } from '../../lib/process/metrics-message';
import type { Family } from '../../lib/telemetry/metrics';

const listensSchema = z.object({ listens: z.literal(true) });
const heardSchema = z.object({ heard: z.looseObject({}) });
const saidSchema = z.object({ said: z.literal(true) });

function counted(name: string, value: number): Family {
  const values = [{ value, labels: {} }];
  return { name, help: 'Counted.', type: 'counter', aggregator: 'sum', values };
}

/** The first message of a worker that is of a kind. */
function messageOf<T>(worker: Worker, schema: z.ZodType<T>): Promise<T> {
  return new Promise((resolve) => {
    worker.on('message', function look(message) {
      const { success, data } = schema.safeParse(message);
      if (!success) return;
      worker.off('message', look);
      resolve(data);
    });
  });
}

async function say(worker: Worker, what: unknown): Promise<void> {
  const said = messageOf(worker, saidSchema);
  worker.send({ say: what });
  await said;
}

async function end(worker: Worker): Promise<void> {
  const ended = Promise.all([once(worker, 'exit'), once(worker, 'disconnect')]);
  worker.process.kill('SIGKILL');
  await ended;
}

describe('the metrics of all workers', () => {
  const running: Worker[] = [];
  afterEach(async () => {
    for (const worker of running.splice(0)) if (!worker.isDead()) await end(worker);
  });

  function starter() {
    cluster.setupPrimary({ exec: join(import.meta.dirname, 'reporter.mjs'), execArgv: [] });
    const gathered = createGatheredMetrics({ replica: 'gateway', workers: 1 });
    return async (...families: Family[]): Promise<Worker> => {
      const worker = cluster.fork();
      running.push(worker);
      gathered.watch(worker);
      await messageOf(worker, listensSchema);
      await say(worker, { kind: 'metrics', families });
      return worker;
    };
  }

  /** What a worker is told of all, by name. */
  async function toldTo(worker: Worker): Promise<Record<string, number | undefined>> {
    const heard = messageOf(worker, heardSchema);
    await say(worker, { kind: 'ask-metrics' });
    const message = readSupervisorMetrics((await heard).heard);
    if (message?.kind !== 'all-metrics') throw new Error('told something else');
    return Object.fromEntries(
      message.report.families.map(({ name, values }) => [name, values[0]?.value]),
    );
  }

  it('are told after one ended whose counts can not be added, with all the others', async () => {
    const start = starter();
    // Twice as many are no number any more.
    const most = counted('most', 1.5e308);
    await end(await start(most, counted('few', 1)));
    await end(await start(most, counted('few', 10)));
    await end(await start(counted('few', 100)));
    expect(await toldTo(await start(counted('few', 1_000)))).toEqual({ most: 1.5e308, few: 1_101 });
  });
});
