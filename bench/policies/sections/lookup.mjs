import { median } from '../../lib/statistics.mjs';
import { table, whole } from '../../lib/table.mjs';
import { importMatching } from '../matching/bundle.mjs';
import { SIZES } from '../matching/configurations.mjs';
import { subjects } from '../matching/subjects.mjs';

const [FEW, MANY] = [10, 10_000];
const SLICES = 7;
const SLICE_MS = 200;

/** Time to find what applies to a request, by how many policies there are. */
export async function measure() {
  const lib = await importMatching();
  const runs = subjects.flatMap((subject) =>
    SIZES.map((size) => {
      const configuration = lib.configurationSchema.parse(subject.configurationOf(size));
      const find = subject.open(lib, configuration);
      return { subject, size, find, requests: subject.requestsOf(size), slices: [] };
    }),
  );
  checkAlike(runs.filter(({ subject }) => subject.findsAll));
  for (const run of runs) timeOf(run, SLICE_MS);
  for (let slice = 0; slice < SLICES; slice++) {
    for (const run of runs) run.slices.push(timeOf(run, SLICE_MS));
  }
  return subjects.map((subject) => {
    const own = runs.filter((run) => run.subject === subject);
    const slicesAt = (size) => own.find((run) => run.size === size).slices;
    const ratios = slicesAt(MANY).map((many, slice) => many / slicesAt(FEW)[slice]);
    return {
      name: subject.name,
      nanoseconds: own.map(({ size, slices }) => ({ policies: size, ns: median(slices) })),
      ratio: median(ratios),
    };
  });
}

/** Who finds something else is quick, and no peer. */
function checkAlike(runs) {
  for (const size of SIZES) {
    const [first, ...others] = runs.filter((run) => run.size === size);
    for (const { subject, find } of others) {
      const differing = first.requests.find((request) => find(request) !== first.find(request));
      if (differing !== undefined) throw new Error(`${subject.name} differs about ${differing}`);
    }
  }
}

/** Nanoseconds of a lookup, over as many as fit into the time. */
function timeOf({ find, requests }, ms) {
  let lookups = 0;
  let found = 0;
  const startedAt = performance.now();
  let elapsed = 0;
  while (elapsed < ms) {
    for (const request of requests) found += find(request);
    lookups += requests.length;
    elapsed = performance.now() - startedAt;
  }
  if (found < lookups) throw new Error('a request met no policy');
  return (elapsed * 1e6) / lookups;
}

export function render(rows) {
  return table(
    ['ns by number of policies', ...SIZES.map(whole), '10,000 against 10'],
    rows.map(({ name, nanoseconds, ratio }) => [
      name,
      ...nanoseconds.map(({ ns }) => whole(ns)),
      ratio.toFixed(1),
    ]),
  );
}
