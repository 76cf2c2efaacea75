import { LOAD_CORE, SERVER_CORE } from '../../lib/machine.mjs';
import { table, whole } from '../../lib/table.mjs';

const CORES = [SERVER_CORE, LOAD_CORE, SERVER_CORE, LOAD_CORE];
const CALLS = 10_000;
const QUOTA = 1_000;

/** Four processes, one Redis, one key, everything at once: how many pass? */
export async function measure({ lib, redis, startSubject }) {
  const subjects = await Promise.all(CORES.map((core) => startSubject({ core })));
  const rows = [];
  for (const algorithm of lib.algorithmNames) {
    await redis.flush();
    const order = { algorithm, quota: QUOTA, calls: CALLS };
    const allowed = await Promise.all(subjects.map((subject) => subject.tell('burst', order)));
    const sum = allowed.reduce((total, share) => total + share, 0);
    if (sum !== QUOTA) throw new Error(`exactness: ${algorithm} allowed ${sum}, not ${QUOTA}`);
    rows.push({ algorithm, calls: CORES.length * CALLS, allowed: sum });
  }
  await Promise.all(subjects.map((subject) => subject.stop()));
  return rows;
}

export function render(rows) {
  return table(
    ['Algorithm', 'Calls at once', 'Allowed'],
    rows.map(({ algorithm, calls, allowed }) => [algorithm, whole(calls), whole(allowed)]),
  );
}
