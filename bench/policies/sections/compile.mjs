import { median } from '../../lib/statistics.mjs';
import { table, whole } from '../../lib/table.mjs';
import { importMatching } from '../matching/bundle.mjs';
import { configurationOf, SIZES } from '../matching/configurations.mjs';

const SLICES = 7;

/** Time to make a snapshot, from nothing and after a change of one policy. */
export async function measure() {
  const lib = await importMatching();
  return SIZES.map((size) => {
    const configuration = lib.configurationSchema.parse(configurationOf(size));
    const times = { scratch: [], policy: [], client: [] };
    for (let slice = 0; slice <= SLICES; slice++) {
      const compile = lib.createCompiler(lib.createMemoryStore());
      const timeOf = (changed) => {
        const startedAt = performance.now();
        compile({ version: 1, configuration: changed });
        return performance.now() - startedAt;
      };
      const scratch = timeOf(configuration);
      const client = timeOf({ ...configuration, clients: [{ name: 'new', enabled: true }] });
      const [first, ...others] = configuration.policies;
      const policy = timeOf({ ...configuration, policies: [{ ...first, priority: 1 }, ...others] });
      // The first is for the compiler of JavaScript.
      if (slice === 0) continue;
      times.scratch.push(scratch);
      times.policy.push(policy);
      times.client.push(client);
    }
    return {
      policies: size,
      scratch_ms: median(times.scratch),
      after_policy_ms: median(times.policy),
      after_client_ms: median(times.client),
    };
  });
}

export function render(rows) {
  return table(
    ['Policies', 'From nothing, ms', 'One policy changed, ms', 'One client changed, ms'],
    rows.map((row) => [
      whole(row.policies),
      row.scratch_ms.toFixed(2),
      row.after_policy_ms.toFixed(2),
      row.after_client_ms.toFixed(2),
    ]),
  );
}
