import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';

export interface Contest {
  readonly url: string;
  readonly key: string;
  readonly processes: number;
  readonly quota: number;
  /** Of each process, all at once. */
  readonly calls: number;
  readonly environment?: NodeJS.ProcessEnv;
}

const allowedSchema = z.array(z.int());

/**
 * Lets processes take from the same limits at the same time.
 * @returns how many were allowed by all together, for each of `yearlyLimits`
 */
export async function contend(contest: Contest): Promise<number[]> {
  const { url, key, processes, quota, calls, environment } = contest;
  const contenders = Array.from({ length: processes }, () =>
    fork(join(import.meta.dirname, 'contender.ts'), [url, key, `${quota}`, `${calls}`], {
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, ...environment },
    }),
  );
  await Promise.all(contenders.map((contender) => once(contender, 'message')));
  const answers = await Promise.all(
    contenders.map(async (contender) => {
      contender.send('go');
      const [message] = await once(contender, 'message');
      return allowedSchema.parse(message);
    }),
  );
  const sum = (index: number) =>
    answers.reduce((total, allowed) => total + (allowed[index] ?? 0), 0);
  return answers[0]?.map((_, index) => sum(index)) ?? [];
}
